import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;

/** A message with a delay level is delivered after the delay and not before. */
final class SendDelayed implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        DefaultMQProducer producer = env.producer();
        Map<String, Long> arrivals = new ConcurrentHashMap<>();
        Map<String, String> waited = new ConcurrentHashMap<>();
        DefaultMQPushConsumer consumer = env.pushConsumer();
        consumer.subscribe(env.topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(m -> {
                arrivals.put(m.getKeys(), System.currentTimeMillis());
                waited.put(m.getKeys(), m.getProperty("REAL_TOPIC") + " " + m.getDelayTimeLevel());
            });
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        Map<String, Long> sends = new ConcurrentHashMap<>();
        for (int i = 0; i < 4; i++) {
            Message message = env.message(i);
            message.setDelayTimeLevel(1 + i % 2);
            sends.put(message.getKeys(), System.currentTimeMillis());
            Failure.unless(producer.send(message).getSendStatus() == SendStatus.SEND_OK, "not stored");
        }
        for (int i = 0; i < 4000 && arrivals.size() < 4; i++) {
            Thread.sleep(10);
        }
        Failure.unless(arrivals.size() == 4, "%d of 4 came", arrivals.size());
        for (int i = 0; i < 4; i++) {
            long took = arrivals.get("k" + i) - sends.get("k" + i);
            long wanted = i % 2 == 0 ? 1000 : 5000;
            Failure.unless(took >= wanted - 100, "level %d took %d ms", 1 + i % 2, took);
            String expected = env.topic + " " + (1 + i % 2);
            Failure.unless(expected.equals(waited.get("k" + i)), "REAL_TOPIC and level %s, not %s",
                waited.get("k" + i), expected);
        }
    }
}
