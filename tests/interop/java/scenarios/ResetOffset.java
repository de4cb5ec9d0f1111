import java.util.HashMap;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * An administrator sends a group back to an earlier time while it consumes, looks into its consumer,
 * has it consume one message again, and skips what gathered while it was away.
 */
final class ResetOffset implements Scenario {
    private static final int MESSAGES = 20;

    private final Map<String, Integer> times = new HashMap<>();

    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        DefaultMQProducer producer = env.producer();
        SendResult first = send(env, producer, 0);
        for (int i = 1; i < MESSAGES; i++) {
            send(env, producer, i);
        }
        DefaultMQPushConsumer consumer = start(env);
        await("everything once", () -> timesOfAll(0, MESSAGES) == 1);

        env.admin().resetOffsetByTimestamp(env.topic, env.group, 0, true);
        await("everything again after the reset", () -> timesOfAll(0, MESSAGES) == 2);

        String client = env.admin().examineConsumerConnectionInfo(env.group).getConnectionSet()
            .iterator().next().getClientId();
        var info = env.admin().getConsumerRunningInfo(env.group, client, false);
        Failure.unless(info.getMqTable().size() >= 2, "running info of %s has %d queues", client,
            info.getMqTable().size());
        var result = env.admin().consumeMessageDirectly(env.group, client, env.topic,
            first.getOffsetMsgId());
        Failure.unless("CR_SUCCESS".equals(String.valueOf(result.getConsumeResult())), "%s", result);
        Failure.unless(count("k0") == 3, "k0 was given %d times, not 3", count("k0"));

        consumer.shutdown();
        for (int i = MESSAGES; i < 2 * MESSAGES; i++) {
            send(env, producer, i);
        }
        env.admin().resetOffsetByTimestamp(env.topic, env.group, -1, true);
        for (int i = 2 * MESSAGES; i < 3 * MESSAGES; i++) {
            send(env, producer, i);
        }
        start(env);
        await("what came after the skip", () -> timesOfAll(2 * MESSAGES, 3 * MESSAGES) == 1);
        for (int i = MESSAGES; i < 2 * MESSAGES; i++) {
            Failure.unless(count("k" + i) == 0, "k%d was skipped and came", i);
        }
    }

    private static SendResult send(Env env, DefaultMQProducer producer, int i) throws Exception {
        Message message = env.message(i);
        return producer.send(message);
    }

    private DefaultMQPushConsumer start(Env env) throws Exception {
        DefaultMQPushConsumer consumer = env.pushConsumer();
        consumer.setPersistConsumerOffsetInterval(500);
        consumer.subscribe(env.topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                synchronized (times) {
                    times.merge(message.getKeys(), 1, Integer::sum);
                }
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        return consumer;
    }

    private int count(String key) {
        synchronized (times) {
            return times.getOrDefault(key, 0);
        }
    }

    /** How often each of these was given; -1 while that differs. */
    private int timesOfAll(int from, int to) {
        int all = count("k" + from);
        for (int i = from; i < to; i++) {
            if (count("k" + i) != all) {
                return -1;
            }
        }
        return all;
    }

    private interface Condition {
        boolean holds();
    }

    private void await(String what, Condition condition) throws Exception {
        for (int i = 0; i < 4000 && !condition.holds(); i++) {
            Thread.sleep(10);
        }
        synchronized (times) {
            Failure.unless(condition.holds(), "not %s: %s", what, times);
        }
    }
}
