import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;

/** No answers; on a healthy loopback connection everything still arrives. */
final class SendOneway implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.producer();
        for (int i = 0; i < 200; i++) {
            Message message = env.message(i);
            env.ledger.sent(message);
            producer.sendOneway(message);
        }
        env.consumeAndCheck();
    }
}
