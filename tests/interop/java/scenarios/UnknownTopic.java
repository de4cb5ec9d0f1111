import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;

/** A send to a topic that nobody created: made from the default topic, or refused if that is off. */
final class UnknownTopic implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        Message message = env.message(0);
        if (isKnown(env, "TBW102")) {
            env.ledger.sent(message);
            env.ledger.acknowledged(message, producer.send(message));
            env.sendAll(producer, 1, 20);
            env.consumeAndCheck();
            return;
        }
        try {
            throw new Failure("stored: %s", producer.send(message));
        } catch (MQClientException noRoute) {
            Failure.unless(noRoute.getResponseCode() == NOT_FOUND_TOPIC || noRoute.getMessage().contains("No route"),
                "%s", noRoute.getMessage());
        }
        Failure.unless(!isKnown(env, env.topic), "the topic exists now");
    }

    private static final int NOT_FOUND_TOPIC = 10005;

    private static boolean isKnown(Env env, String topic) throws Exception {
        try {
            env.admin().examineTopicRouteInfo(topic);
            return true;
        } catch (MQClientException unknown) {
            return false;
        }
    }
}
