import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * A message that its consumer refuses comes again from the broker, later and with a count, and is a
 * dead letter after the group's maximum. A client whose send-back fails tries the message again by
 * itself: that it came through the retry topic is seen by the properties that the broker gave it.
 */
final class PushRetry implements Scenario {
    private static final int MESSAGES = 10;
    private static final int MAX_TIMES = 2;

    private final Map<String, String> ids = new ConcurrentHashMap<>();
    private final Map<String, Long> refused = new ConcurrentHashMap<>();
    private final Map<String, Integer> times = new ConcurrentHashMap<>();
    private final AtomicReference<String> wrong = new AtomicReference<>();

    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        DefaultMQProducer producer = env.producer();
        for (int i = 0; i < MESSAGES; i++) {
            Message message = env.message(i, "tag" + i);
            SendResult sent = producer.send(message);
            ids.put(message.getKeys(), sent.getOffsetMsgId());
        }
        DefaultMQPushConsumer consumer = env.pushConsumer();
        consumer.setMaxReconsumeTimes(MAX_TIMES);
        // The retry topic exists only from the first heartbeat on: its route is asked for again
        // after this, and its queues are taken with the next rebalance, some 20 s after the first.
        consumer.setPollNameServerInterval(1000);
        consumer.subscribe(env.topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            MessageExt message = messages.get(0);
            check(env, message);
            times.merge(message.getKeys(), 1, Integer::sum);
            if (message.getReconsumeTimes() == MAX_TIMES && !isHopeless(message.getKeys())) {
                return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            }
            context.setDelayLevelWhenNextConsume(1);
            refused.put(message.getKeys(), System.currentTimeMillis());
            return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        });
        consumer.start();
        for (int i = 0; i < 5000 && !allDone() && wrong.get() == null; i++) {
            Thread.sleep(10);
        }
        Failure.unless(wrong.get() == null, "%s", wrong.get());
        Failure.unless(allDone(), "times each was given, not three: %s", times);
        checkDeadLetters(env);
    }

    private boolean allDone() {
        return times.size() == MESSAGES && times.values().stream().allMatch(n -> n == 1 + MAX_TIMES);
    }

    private static boolean isHopeless(String key) {
        return key.equals("k8") || key.equals("k9");
    }

    private void check(Env env, MessageExt message) {
        String key = message.getKeys();
        int seen = times.getOrDefault(key, 0);
        if (message.getReconsumeTimes() != seen) {
            wrong(key + " was given " + seen + " times before and says " + message.getReconsumeTimes());
        }
        if (!message.getTopic().equals(env.topic) || !("tag" + key.substring(1)).equals(message.getTags())) {
            wrong(key + " came with topic " + message.getTopic() + " and tags " + message.getTags());
        }
        if (seen == 0) {
            return;
        }
        checkRetried(env, message);
        long waited = System.currentTimeMillis() - refused.get(key);
        if (waited < 900) {
            wrong(key + " came again after " + waited + " ms, not a second");
        }
    }

    private void checkRetried(Env env, MessageExt message) {
        String key = message.getKeys();
        if (!ids.get(key).equals(message.getProperty("ORIGIN_MESSAGE_ID"))) {
            wrong(key + " was " + ids.get(key) + " and came again as " + message.getProperties());
        }
        if (!env.topic.equals(message.getProperty("RETRY_TOPIC"))
            || !("%RETRY%" + env.group).equals(message.getProperty("REAL_TOPIC"))) {
            wrong(key + " did not come through the retry topic: " + message.getProperties());
        }
    }

    private void wrong(String what) {
        wrong.compareAndSet(null, what);
    }

    private void checkDeadLetters(Env env) throws Exception {
        String topic = "%DLQ%" + env.group;
        env.awaitRoute(topic, 1, 1);
        DefaultMQPullConsumer puller = env.configured(new DefaultMQPullConsumer("dead-" + env.group));
        puller.start();
        env.closeLater(puller::shutdown);
        List<MessageExt> dead = List.of();
        MessageQueue queue = new MessageQueue(topic, env.brokerName(), 0);
        for (int i = 0; i < 1000 && dead.size() < 2; i++) {
            Thread.sleep(10);
            dead = Env.pullAll(puller, queue, "*");
        }
        Failure.unless(dead.size() == 2, "%d dead letters, not 2", dead.size());
        for (MessageExt message : dead) {
            Failure.unless(isHopeless(message.getKeys()), "%s was given up", message.getKeys());
            Failure.unless(message.getReconsumeTimes() == 1 + MAX_TIMES, "%s", message);
            checkRetried(env, message);
        }
        Failure.unless(wrong.get() == null, "%s", wrong.get());
    }
}
