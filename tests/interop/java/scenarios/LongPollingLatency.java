import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageQueue;

/** A held pull answers when a message comes, and at its end when none does. */
final class LongPollingLatency implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(1);
        DefaultMQProducer producer = env.producer();
        env.sendAll(producer, 0, 1);
        DefaultMQPullConsumer consumer = env.configured(new DefaultMQPullConsumer(env.group));
        consumer.setBrokerSuspendMaxTimeMillis(SUSPEND_MS);
        consumer.setConsumerTimeoutMillisWhenSuspend(20_000);
        consumer.start();
        env.closeLater(consumer::shutdown);
        MessageQueue queue = consumer.fetchSubscribeMessageQueues(env.topic).iterator().next();
        env.ledger.delivered("one", Env.pullAll(consumer, queue, "*").get(0));

        List<Long> latencies = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            AtomicLong acknowledged = new AtomicLong();
            int number = i;
            Thread sender = new Thread(() -> {
                try {
                    Thread.sleep(300);
                    env.sendAll(producer, number, 1);
                    acknowledged.set(System.nanoTime());
                } catch (Exception e) {
                    acknowledged.set(-1);
                }
            });
            sender.start();
            PullResult result = consumer.pullBlockIfNotFound(queue, "*", i, 32);
            long now = System.nanoTime();
            sender.join();
            Failure.unless(acknowledged.get() != -1, "a send failed");
            Failure.unless(result.getPullStatus() == PullStatus.FOUND
                && result.getMsgFoundList().size() == 1, "pull %d: %s", i, result);
            env.ledger.delivered("one", result.getMsgFoundList().get(0));
            latencies.add(Math.max(0, now - acknowledged.get()) / 1_000_000);
        }
        env.ledger.awaitAllOnce(1);
        Collections.sort(latencies);
        Failure.unless(latencies.get(2) < 250, "median of the wake-ups is %d ms: %s", latencies.get(2),
            latencies);

        long start = System.nanoTime();
        PullResult result = consumer.pullBlockIfNotFound(queue, "*", 6, 32);
        long held = (System.nanoTime() - start) / 1_000_000;
        Failure.unless(result.getPullStatus() == PullStatus.NO_NEW_MSG, "empty pull: %s", result);
        // Java looks at held pulls every five seconds, so it may be that much late.
        Failure.unless(held >= SUSPEND_MS - 50 && held <= SUSPEND_MS + 6_000, "held for %d ms", held);
    }

    private static final int SUSPEND_MS = 1500;
}
