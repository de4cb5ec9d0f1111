import java.nio.charset.StandardCharsets;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;

/** Bodies above 4 KiB, which clients compress: the broker keeps body and flag as they are. */
final class SendCompressed implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.producer();
        for (int i = 0; i < 20; i++) {
            String body = (env.topic + " " + i + " caf\u00e9 ").repeat(200 * (i + 1));
            Message message = new Message(env.topic, "", "k" + i, body.getBytes(StandardCharsets.UTF_8));
            env.ledger.sent(message);
            env.ledger.acknowledged(message, producer.send(message));
        }
        env.consumeAndCheck();
    }
}
