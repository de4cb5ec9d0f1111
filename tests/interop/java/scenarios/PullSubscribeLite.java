import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.common.message.MessageQueue;

/** The lite pull consumer as a member of a group. */
final class PullSubscribeLite implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        env.sendAll(env.producer(), 0, 200);
        DefaultLitePullConsumer consumer = env.litePullConsumer();
        consumer.subscribe(env.topic, "*");
        consumer.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!env.ledger.complete() && System.nanoTime() < deadline) {
            consumer.poll(500).forEach(m -> env.ledger.delivered("one", m));
        }
        // The client forgets its position when it rebalances, so some may have come twice.
        env.ledger.awaitAll(1);
        consumer.commitSync();
        consumer.shutdown();

        // The offsets are kept by the broker, at the ends of the queues.
        DefaultMQPullConsumer other = env.pullConsumer();
        for (MessageQueue queue : other.fetchSubscribeMessageQueues(env.topic)) {
            long end = other.maxOffset(queue);
            long committed = -1;
            for (int i = 0; i < 50 && committed != end; i++) {
                committed = other.fetchConsumeOffset(queue, true);
                Thread.sleep(100);
            }
            Failure.unless(committed == end, "%s: committed %d of %d", queue, committed, end);
        }
    }
}
