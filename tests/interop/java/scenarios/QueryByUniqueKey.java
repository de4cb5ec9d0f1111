import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** A message is found by the id that its producer gave it. */
final class QueryByUniqueKey implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        DefaultMQProducer producer = env.producer();
        Message message = env.message(0);
        env.ledger.sent(message);
        SendResult result = producer.send(message);
        env.ledger.acknowledged(message, result);
        MessageExt found = null;
        for (int i = 0; i < 50 && found == null; i++) {
            try {
                found = env.admin().viewMessage(env.topic, result.getMsgId());
            } catch (Exception notIndexedYet) {
                Thread.sleep(100);
            }
        }
        Failure.unless(found != null, "%s not found", result.getMsgId());
        env.ledger.delivered("one", found);
        env.ledger.awaitAllOnce(1);
    }
}
