import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/** While messages flow, a second consumer joins the group and the first one leaves. */
final class PushTwoConsumers implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(8);
        DefaultMQProducer producer = env.producer();
        DefaultMQPushConsumer first = env.consume("first", "*");
        AtomicBoolean enough = new AtomicBoolean();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread sender = new Thread(() -> {
            try {
                for (int i = 0; !enough.get(); i++) {
                    env.sendAll(producer, i, 1);
                    Thread.sleep(2);
                }
            } catch (Exception e) {
                failure.set(e);
            }
        });
        sender.start();
        try {
            await(() -> env.ledger.deliveredTo("first") > 50, "the first consumer gets messages");
            env.consume("second", "*");
            await(() -> env.ledger.deliveredTo("second") > 50, "the second consumer gets its share");
            int before = env.ledger.deliveredTo("first");
            await(() -> env.ledger.deliveredTo("first") > before + 50, "the first keeps its share");
            first.shutdown();
            int second = env.ledger.deliveredTo("second");
            await(() -> env.ledger.deliveredTo("second") > second + 100, "the second takes over");
        } finally {
            enough.set(true);
            sender.join(10_000);
        }
        Failure.unless(failure.get() == null, "a send failed: %s", failure.get());
        env.ledger.awaitAll(30);
    }

    private static void await(BooleanSupplier condition, String what) throws Exception {
        // Consumers rebalance by themselves every 20 s; within 15 s only because the broker told them.
        for (int i = 0; i < 1500; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new Failure("not within 15 s: %s", what);
    }
}
