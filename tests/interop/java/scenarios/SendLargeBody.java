import java.util.Random;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;

/** Bodies up to the 4 MiB that are allowed, of random bytes that do not compress. */
final class SendLargeBody implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(1);
        DefaultMQProducer producer = env.producer();
        producer.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE);
        int[] sizes = {1, 65_535, 65_536, 1 << 20, (4 << 20) - 1, 4 << 20};
        Random random = new Random(1);
        for (int i = 0; i < sizes.length; i++) {
            byte[] body = new byte[sizes[i]];
            random.nextBytes(body);
            Message message = new Message(env.topic, "", "k" + i, body);
            env.ledger.sent(message);
            env.ledger.acknowledged(message, producer.send(message));
        }
        env.consumeAndCheck();
    }
}
