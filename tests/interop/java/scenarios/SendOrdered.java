import java.util.HashMap;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** Messages of one order go to one queue and stay in the order of their sends. */
final class SendOrdered implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.producer();
        int orders = 10;
        for (int i = 0; i < 300; i++) {
            Message message = env.message(i);
            message.putUserProperty("order", String.valueOf(i % orders));
            env.ledger.sent(message);
            env.ledger.acknowledged(message, producer.send(message,
                (queues, sent, order) -> queues.get((Integer) order % queues.size()), i % orders));
        }
        DefaultMQPullConsumer consumer = env.pullConsumer();
        Map<String, Integer> queueOfOrder = new HashMap<>();
        Map<String, Integer> lastOfOrder = new HashMap<>();
        for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(env.topic)) {
            for (MessageExt message : Env.pullAll(consumer, queue, "*")) {
                env.ledger.delivered("one", message);
                String order = message.getUserProperty("order");
                Integer other = queueOfOrder.put(order, queue.getQueueId());
                Failure.unless(other == null || other == queue.getQueueId(),
                    "order %s is in queues %s and %d", order, other, queue.getQueueId());
                int number = Integer.parseInt(message.getKeys().substring(1));
                Integer last = lastOfOrder.put(order, number);
                Failure.unless(last == null || last < number, "order %s: %d after %s", order, number, last);
            }
        }
        env.ledger.awaitAllOnce(1);
    }
}
