import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.common.message.MessageQueue;

/** A pull of a topic that does not exist says so. */
final class PullUnknownTopic implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        DefaultMQPullConsumer consumer = env.pullConsumer();
        // The client learns the broker's address from a topic that exists.
        env.createTopic(1);
        consumer.pull(new MessageQueue(env.topic, env.brokerName(), 0), "*", 0, 1);
        try {
            PullResult result = consumer.pull(
                new MessageQueue(env.topic + "-absent", env.brokerName(), 0), "*", 0, 1);
            throw new Failure("%s", result);
        } catch (MQBrokerException refused) {
            Failure.unless(refused.getResponseCode() == TOPIC_NOT_EXIST, "code %d: %s",
                refused.getResponseCode(), refused.getErrorMessage());
        }
    }

    private static final int TOPIC_NOT_EXIST = 17;
}
