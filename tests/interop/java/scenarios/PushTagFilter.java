import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;

/** Only the tags subscribed to come. */
final class PushTagFilter implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.producer();
        String[] tags = {"red", "green", "blue", ""};
        for (int i = 0; i < 200; i++) {
            Message message = env.message(i, tags[i % 4]);
            if (i % 4 == 0 || i % 4 == 2) {
                env.ledger.sent(message);
            }
            Failure.unless(producer.send(message).getSendStatus() == SendStatus.SEND_OK, "not stored");
        }
        env.consume("one", "red || blue");
        env.ledger.awaitAllOnce(30);
    }
}
