import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;

/** A body above maxMessageSize is refused with a code, and the connection lives on. */
final class SendOversizeRefused implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(1);
        DefaultMQProducer producer = env.producer();
        // The client has the same limit of its own; this one is the broker's.
        producer.setMaxMessageSize(8 << 20);
        producer.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE);
        byte[] body = new byte[(4 << 20) + 1];
        try {
            Object result = producer.send(new Message(env.topic, body));
            throw new Failure("stored: %s", result);
        } catch (MQBrokerException refused) {
            Failure.unless(refused.getResponseCode() == MESSAGE_ILLEGAL, "code %d: %s",
                refused.getResponseCode(), refused.getErrorMessage());
        }
        env.sendAll(producer, 0, 3);
        env.consumeAndCheck();
    }

    private static final int MESSAGE_ILLEGAL = 13;
}
