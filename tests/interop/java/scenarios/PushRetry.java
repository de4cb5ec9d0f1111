import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.common.message.MessageExt;

/** A message that its consumer refuses comes again later, with a count. */
final class PushRetry implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        env.sendAll(env.producer(), 0, 10);
        Map<String, Integer> retries = new ConcurrentHashMap<>();
        DefaultMQPushConsumer consumer = env.pushConsumer();
        // The retry topic exists only from the first refusal on: its route is asked for again after
        // this, and its queues are taken with the next rebalance, some 20 s after the first.
        consumer.setPollNameServerInterval(1000);
        consumer.subscribe(env.topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            MessageExt message = messages.get(0);
            if (message.getReconsumeTimes() == 0) {
                context.setDelayLevelWhenNextConsume(1);
                return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            }
            retries.put(message.getKeys(), message.getReconsumeTimes());
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        for (int i = 0; i < 4000 && retries.size() < 10; i++) {
            Thread.sleep(10);
        }
        Failure.unless(retries.size() == 10, "%d of 10 came again", retries.size());
        Failure.unless(retries.values().stream().allMatch(n -> n == 1), "counts %s", retries);
    }
}
