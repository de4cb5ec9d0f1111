import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/** A group that comes back goes on where it stopped: its offsets are kept by the broker. */
final class PushResumes implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.producer();
        env.sendAll(producer, 0, 100);
        DefaultMQPushConsumer first = env.consume("first", "*");
        env.ledger.awaitAllOnce(20);
        first.shutdown();
        env.sendAll(producer, 100, 100);
        env.consume("second", "*");
        env.ledger.awaitAllOnce(30);
        Failure.unless(env.ledger.deliveredTo("second") == 100, "the second run got %d",
            env.ledger.deliveredTo("second"));
    }
}
