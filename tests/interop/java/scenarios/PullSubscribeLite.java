import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;

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
        while (env.ledger.deliveries() < 200 && System.nanoTime() < deadline) {
            consumer.poll(500).forEach(m -> env.ledger.delivered("one", m));
        }
        env.ledger.awaitAllOnce(1);
        // Offsets are kept by the broker, so that a successor gets nothing again.
        consumer.commitSync();
        consumer.shutdown();
        DefaultLitePullConsumer next = env.litePullConsumer();
        next.subscribe(env.topic, "*");
        next.start();
        for (int i = 0; i < 4; i++) {
            next.poll(500).forEach(m -> env.ledger.delivered("two", m));
        }
        env.ledger.awaitAllOnce(1);
    }
}
