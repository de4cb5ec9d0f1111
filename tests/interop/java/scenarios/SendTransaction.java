import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** A half message is seen after its commit and never after its rollback. */
final class SendTransaction implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        TransactionMQProducer producer = env.configured(new TransactionMQProducer("producer-" + env.topic));
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object state) {
                return (LocalTransactionState) state;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                return LocalTransactionState.ROLLBACK_MESSAGE;
            }
        });
        producer.start();
        env.closeLater(producer::shutdown);
        for (int i = 0; i < 20; i++) {
            Message message = env.message(i);
            boolean commit = i % 2 == 0;
            if (commit) {
                env.ledger.sent(message);
            }
            producer.sendMessageInTransaction(message, commit
                ? LocalTransactionState.COMMIT_MESSAGE : LocalTransactionState.ROLLBACK_MESSAGE);
        }
        env.consumeAndCheck();
    }
}
