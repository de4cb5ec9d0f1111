import java.util.Set;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.common.message.MessageQueue;

/** Pulls at an offset, at the end, beyond the end, and of a queue that does not exist. */
final class PullOneQueue implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(1);
        env.sendAll(env.producer(), 0, 70);
        DefaultMQPullConsumer consumer = env.pullConsumer();
        MessageQueue queue = consumer.fetchSubscribeMessageQueues(env.topic).iterator().next();

        PullResult first = consumer.pull(queue, "*", 0, 10);
        Failure.unless(first.getPullStatus() == PullStatus.FOUND && first.getMsgFoundList().size() == 10
            && first.getNextBeginOffset() == 10 && first.getMinOffset() == 0
            && first.getMaxOffset() == 70, "first ten: %s", first);
        Failure.unless(first.getMsgFoundList().get(9).getQueueOffset() == 9, "offsets out of order");
        Env.pullAll(consumer, queue, "*").forEach(m -> env.ledger.delivered("one", m));
        env.ledger.awaitAllOnce(1);

        PullResult end = consumer.pull(queue, "*", 70, 10);
        Failure.unless(end.getPullStatus() == PullStatus.NO_NEW_MSG && end.getNextBeginOffset() == 70,
            "at the end: %s", end);
        PullResult beyond = consumer.pull(queue, "*", 1000, 10);
        Failure.unless(beyond.getPullStatus() == PullStatus.OFFSET_ILLEGAL
            && beyond.getNextBeginOffset() == 70, "beyond the end: %s", beyond);
        try {
            PullResult absent = consumer.pull(new MessageQueue(env.topic, queue.getBrokerName(), 9), "*", 0, 1);
            throw new Failure("queue 9 of 1: %s", absent);
        } catch (MQBrokerException refused) {
            Failure.unless(refused.getResponseCode() == SYSTEM_ERROR
                || refused.getResponseCode() == INVALID_PARAMETER,
                "queue 9 of 1: code %d", refused.getResponseCode());
        }

        // An offset written by one client is read by another.
        consumer.updateConsumeOffset(queue, 33);
        consumer.getOffsetStore().persist(queue);
        consumer.getDefaultMQPullConsumerImpl().getOffsetStore().persistAll(Set.of(queue));
        long offset = -1;
        for (int i = 0; i < 50 && offset != 33; i++) {
            offset = env.pullConsumer().fetchConsumeOffset(queue, true);
            Thread.sleep(100);
        }
        Failure.unless(offset == 33, "committed 33, read back %d", offset);
    }

    private static final int SYSTEM_ERROR = 1;
    private static final int INVALID_PARAMETER = 29;
}
