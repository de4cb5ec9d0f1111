import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** A pull that brings its SQL92 expression along gets what it takes, and goes on behind the rest. */
final class PullSqlFilter implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(1);
        DefaultMQProducer producer = env.producer();
        for (int i = 0; i < 100; i++) {
            Message message = env.message(i);
            if (i % 3 != 0) {
                message.putUserProperty("price", i + ".5");
            }
            producer.send(message);
        }
        DefaultMQPullConsumer consumer = env.pullConsumer();
        MessageQueue queue = new MessageQueue(env.topic, env.brokerName(), 0);
        List<String> keys = new ArrayList<>();
        long offset = 0;
        while (offset < 100) {
            PullResult result = pull(consumer, queue, offset);
            Failure.unless(result.getNextBeginOffset() > offset, "pull at %d does not advance: %s", offset, result);
            offset = result.getNextBeginOffset();
            if (result.getPullStatus() == PullStatus.FOUND) {
                for (MessageExt message : result.getMsgFoundList()) {
                    keys.add(message.getKeys());
                }
            }
        }
        List<String> expected = new ArrayList<>();
        for (int i = 91; i < 100; i++) {
            if (i % 3 != 0) {
                expected.add("k" + i);
            }
        }
        Failure.unless(keys.equals(expected), "%s came, %s were expected", keys, expected);
    }

    /** The client sends expressions only to brokers whose version it knows, from its first heartbeat on. */
    private static PullResult pull(DefaultMQPullConsumer consumer, MessageQueue queue, long offset) throws Exception {
        for (int tries = 0; ; tries++) {
            try {
                return consumer.pull(queue, MessageSelector.bySql("price > 90.5"), offset, 32);
            } catch (MQClientException early) {
                if (tries == 300 || !String.valueOf(early.getMessage()).contains("does not upgrade")) {
                    throw early;
                }
                Thread.sleep(100);
            }
        }
    }
}
