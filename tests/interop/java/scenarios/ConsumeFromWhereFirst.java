import org.apache.rocketmq.client.producer.DefaultMQProducer;

/** A new group that wants everything gets what was sent before it existed. */
final class ConsumeFromWhereFirst implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.producer();
        env.sendAll(producer, 0, 50);
        env.consume("one", "*");
        env.ledger.awaitAllOnce(20);
        env.sendAll(producer, 50, 50);
        env.ledger.awaitAllOnce(10);
    }
}
