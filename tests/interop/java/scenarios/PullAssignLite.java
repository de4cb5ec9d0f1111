import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
        // The client pulls from the start at once when queues are assigned. A seek while such a pull is
        // under way races with its result within the client; so everything is read once, then again.
        Set<String> first = new HashSet<>();
        poll(consumer, () -> first.size() == 60, message -> first.add(message.getKeys()));
        Failure.unless(first.size() == 60, "%d of 60 messages at the first reading", first.size());
        for (MessageQueue queue : queues) {
            consumer.seek(queue, 10);
        }
        poll(consumer, env.ledger::complete, message -> env.ledger.delivered("one", message));
        env.ledger.awaitAll(1);
    }

    /** Gives what arrives to `each` until `done`, for half a minute at most. */
    private static void poll(DefaultLitePullConsumer consumer, BooleanSupplier done,
        Consumer<MessageExt> each) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!done.getAsBoolean() && System.nanoTime() < deadline) {
            consumer.poll(500).forEach(each);
        }
    }
}
