import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;

/** Every consumer of a broadcasting group gets everything. */
final class PushBroadcasting implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        for (String name : new String[] {"first", "second"}) {
            DefaultMQPushConsumer consumer = env.pushConsumer();
            // The enumeration's package differs between 4.x and 5.x.
            consumer.setMessageModel(
                Enum.valueOf(consumer.getMessageModel().getDeclaringClass(), "BROADCASTING"));
            env.consume(consumer, name, "*");
        }
        env.sendAll(env.producer(), 0, 100);
        for (int i = 0; i < 2000 && env.ledger.deliveries() < 200; i++) {
            Thread.sleep(10);
        }
        env.ledger.awaitAll(1);
        for (String name : new String[] {"first", "second"}) {
            Failure.unless(env.ledger.deliveredTo(name) == 100, "%s got %d of 100", name,
                env.ledger.deliveredTo(name));
        }
    }
}
