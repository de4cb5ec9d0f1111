import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** The lite pull consumer with queues and offsets of its own choice. */
final class PullAssignLite implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        DefaultMQProducer producer = env.producer();
        for (int i = 0; i < 60; i++) {
            Message message = env.message(i);
            boolean wanted = i >= 20;
            if (wanted) {
                env.ledger.sent(message);
            }
            producer.send(message, (queues, sent, queue) -> queues.get((Integer) queue), i % 2);
        }
        DefaultLitePullConsumer consumer = env.litePullConsumer();
        consumer.setAutoCommit(false);
        consumer.start();
        Collection<MessageQueue> queues = consumer.fetchMessageQueues(env.topic);
        Failure.unless(queues.size() == 2, "%d queues", queues.size());
        consumer.assign(queues);
        for (MessageQueue queue : queues) {
            consumer.seek(queue, 10);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!env.ledger.complete() && System.nanoTime() < deadline) {
            for (MessageExt message : consumer.poll(500)) {
                // The client pulls from the start at once when queues are assigned, and may still
                // hand out what came of that after the seek, and then again.
                if (message.getQueueOffset() >= 10) {
                    env.ledger.delivered("one", message);
                }
            }
        }
        env.ledger.awaitAll(1);
    }
}
