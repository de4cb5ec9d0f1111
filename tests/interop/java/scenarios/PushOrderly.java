import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** A queue is consumed by one thread of one consumer at a time, under the broker's lock. */
final class PushOrderly implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.producer();
        for (int i = 0; i < 200; i++) {
            Message message = env.message(i);
            env.ledger.sent(message);
            env.ledger.acknowledged(message, producer.send(message,
                (queues, sent, order) -> queues.get((Integer) order % queues.size()), i));
        }
        Map<Integer, Long> lastOfQueue = new ConcurrentHashMap<>();
        AtomicReference<String> disorder = new AtomicReference<>();
        DefaultMQPushConsumer consumer = env.pushConsumer();
        consumer.subscribe(env.topic, "*");
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            for (MessageExt message : messages) {
                env.ledger.delivered("one", message);
                Long last = lastOfQueue.put(message.getQueueId(), message.getQueueOffset());
                if (last != null && last >= message.getQueueOffset()) {
                    disorder.set(message.getQueueOffset() + " after " + last);
                }
            }
            return ConsumeOrderlyStatus.SUCCESS;
        });
        consumer.start();
        env.ledger.awaitAllOnce(40);
        Failure.unless(disorder.get() == null, "%s", disorder.get());
    }
}
