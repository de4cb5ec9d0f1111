import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Several messages in one request: each becomes a message of its own, in order. */
final class SendBatch implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.producer();
        for (int batch = 0; batch < 10; batch++) {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Message message = env.message(batch * 20 + i, "tag" + i % 3);
                env.ledger.sent(message);
                messages.add(message);
            }
            SendResult result = producer.send(messages);
            Failure.unless(result.getSendStatus() == SendStatus.SEND_OK, "%s", result);
            String[] ids = result.getOffsetMsgId().split(",");
            Failure.unless(ids.length == 20, "%d offset ids for 20 messages", ids.length);
            Failure.unless(result.getMsgId().split(",").length == 20, "ids %s", result.getMsgId());
            MessageExt last = producer.viewMessage(env.topic, ids[19]);
            Failure.unless(("k" + (batch * 20 + 19)).equals(last.getKeys())
                && last.getQueueOffset() == result.getQueueOffset() + 19,
                "id 20 of batch %d is %s at %d, the batch began at %d", batch, last.getKeys(),
                last.getQueueOffset(), result.getQueueOffset());
        }
        env.consumeAndCheck();
    }
}
