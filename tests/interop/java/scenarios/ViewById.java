import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** A message is found by the id that names its place in the log. */
final class ViewById implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(2);
        DefaultMQProducer producer = env.producer();
        for (int i = 0; i < 10; i++) {
            Message message = env.message(i, "t" + i);
            env.ledger.sent(message);
            SendResult result = producer.send(message);
            env.ledger.acknowledged(message, result);
            MessageExt found = producer.viewMessage(env.topic, result.getOffsetMsgId());
            Failure.unless(found != null, "%s not found", result.getOffsetMsgId());
            env.ledger.delivered("one", found);
        }
        env.ledger.awaitAllOnce(1);
    }
}
