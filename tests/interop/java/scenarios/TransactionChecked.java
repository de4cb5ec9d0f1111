import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Half messages that nobody decided are asked for: of a producer that came later, since the one that
 * sent them is gone. Of three kinds one is committed, one rolled back, and one committed when it is
 * asked for again.
 */
final class TransactionChecked implements Scenario {
    private static final int COUNT = 12;

    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        TransactionMQProducer first = producer(env, null);
        for (int i = 0; i < COUNT; i++) {
            Message message = env.message(i);
            if (i % 3 != 1) {
                env.ledger.sent(message);
            }
            first.sendMessageInTransaction(message, null);
        }
        first.shutdown();

        Map<String, Integer> asked = new ConcurrentHashMap<>();
        // A producer tells the brokers that it has sent to that it is there.
        env.sendAll(producer(env, asked), COUNT, 1);
        env.consumeAndCheck();
        for (int i = 0; i < COUNT; i++) {
            int times = asked.getOrDefault("k" + i, 0);
            Failure.unless(times >= (i % 3 == 2 ? 2 : 1), "k%d was asked for %d times", i, times);
        }
    }

    /** Without a map to count in: one that never knows. */
    private static TransactionMQProducer producer(Env env, Map<String, Integer> asked) throws Exception {
        TransactionMQProducer producer = env.configured(new TransactionMQProducer("producer-" + env.topic));
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object state) {
                return LocalTransactionState.UNKNOW;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                if (asked == null) {
                    return LocalTransactionState.UNKNOW;
                }
                int times = asked.merge(message.getKeys(), 1, Integer::sum);
                switch (Integer.parseInt(message.getKeys().substring(1)) % 3) {
                    case 0:
                        return LocalTransactionState.COMMIT_MESSAGE;
                    case 1:
                        return LocalTransactionState.ROLLBACK_MESSAGE;
                    default:
                        return times > 1 ? LocalTransactionState.COMMIT_MESSAGE : LocalTransactionState.UNKNOW;
                }
            }
        });
        producer.start();
        env.closeLater(producer::shutdown);
        return producer;
    }
}
