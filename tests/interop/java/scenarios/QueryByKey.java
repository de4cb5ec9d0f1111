import java.util.Arrays;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Messages are found by any of their keys, within a time range, up to a number. */
final class QueryByKey implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        DefaultMQProducer producer = env.producer();
        // The index keeps whole seconds, so a range must leave room for one.
        long begin = System.currentTimeMillis() - 1000;
        for (int i = 0; i < 30; i++) {
            Message message = env.message(i);
            message.setKeys("own" + i + " shared" + i % 3);
            Failure.unless(producer.send(message).getSendStatus() == SendStatus.SEND_OK, "not stored");
        }
        long end = System.currentTimeMillis() + 1000;
        Failure.unless(find(producer, env.topic, "own7", 32, begin, end, 1) == 1, "own7");
        Failure.unless(find(producer, env.topic, "shared1", 32, begin, end, 10) == 10, "shared1");
        Failure.unless(find(producer, env.topic, "shared1", 4, begin, end, 4) == 4, "at most four");
        Failure.unless(find(producer, env.topic, "absent", 32, begin, end, 0) == 0, "absent");
        Failure.unless(find(producer, env.topic, "own7", 32, begin - 7_200_000, begin - 3_600_000, 0) == 0,
            "found in another hour");
    }

    /** The index is written behind the log, so it may need a moment to hold what is expected. */
    private static int find(DefaultMQProducer producer, String topic, String key, int limit, long begin,
        long end, int expected) throws Exception {
        int found = -1;
        for (int i = 0; i < 50 && found != expected; i++) {
            try {
                found = 0;
                for (MessageExt message
                    : producer.queryMessage(topic, key, limit, begin, end).getMessageList()) {
                    Failure.unless(Arrays.asList(message.getKeys().split(" ")).contains(key),
                        "asked for %s, got %s", key, message.getKeys());
                    found++;
                }
            } catch (MQClientException none) {
                found = 0;
            }
            if (found != expected) {
                Thread.sleep(100);
            }
        }
        return found;
    }
}
