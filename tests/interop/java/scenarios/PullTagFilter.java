import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** A pull with a filter skips what does not match and says how far it got. */
final class PullTagFilter implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        DefaultMQProducer producer = env.producer();
        for (int i = 0; i < 200; i++) {
            Message message = env.message(i, i % 5 == 0 ? "rare" : "common");
            if (i % 5 == 0) {
                env.ledger.sent(message);
            }
            Failure.unless(producer.send(message).getSendStatus() == SendStatus.SEND_OK, "not stored");
        }
        DefaultMQPullConsumer consumer = env.pullConsumer();
        for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(env.topic)) {
            Env.pullAll(consumer, queue, "rare").forEach(m -> env.ledger.delivered("one", m));
            List<MessageExt> none = Env.pullAll(consumer, queue, "absent");
            Failure.unless(none.isEmpty(), "%d messages passed a filter for another tag", none.size());
        }
        env.ledger.awaitAllOnce(1);
    }
}
