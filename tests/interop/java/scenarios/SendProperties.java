import java.net.InetSocketAddress;
import java.util.Objects;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageClientExt;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** What a message carries besides its body comes back, and the broker adds what it should. */
final class SendProperties implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(1);
        DefaultMQProducer producer = env.producer();
        long before = System.currentTimeMillis();
        Message message = env.message(0, "a-tag");
        message.setKeys("k0 second-key");
        message.setFlag(0x12345);
        message.putUserProperty("colour", "gr\u00fcn \u4f60\u597d \ud83d\ude80");
        message.putUserProperty("equation", "a=b&c:d\\\"{}");
        message.putUserProperty("long", "x".repeat(8000));
        env.ledger.sent(message);
        SendResult result = producer.send(message);
        env.ledger.acknowledged(message, result);

        DefaultMQPullConsumer consumer = env.pullConsumer();
        MessageQueue queue = consumer.fetchSubscribeMessageQueues(env.topic).iterator().next();
        MessageExt back = Env.pullAll(consumer, queue, "*").get(0);
        env.ledger.delivered("one", back);
        env.ledger.awaitAllOnce(1);
        for (String name : new String[] {"colour", "equation", "long", "KEYS", "TAGS", "WAIT"}) {
            Failure.unless(Objects.equals(message.getProperty(name), back.getProperty(name)),
                "property %s is %s", name, back.getProperty(name));
        }
        Failure.unless(back.getFlag() == 0x12345, "flag %x", back.getFlag());
        Failure.unless(result.getMsgId().equals(back.getMsgId()), "msgId %s, sent %s", back.getMsgId(),
            result.getMsgId());
        MessageClientExt client = (MessageClientExt) back;
        Failure.unless(result.getOffsetMsgId().equals(client.getOffsetMsgId()), "offset id %s, sent %s",
            client.getOffsetMsgId(), result.getOffsetMsgId());
        Failure.unless(back.getReconsumeTimes() == 0 && back.getSysFlag() == 0, "sysFlag %x",
            back.getSysFlag());
        long after = System.currentTimeMillis();
        Failure.unless(before <= back.getBornTimestamp() && back.getBornTimestamp() <= after
            && before <= back.getStoreTimestamp() && back.getStoreTimestamp() <= after,
            "born %d, stored %d", back.getBornTimestamp(), back.getStoreTimestamp());
        Failure.unless(back.getBornHostString().equals("127.0.0.1"), "born at %s", back.getBornHost());
        Failure.unless(env.broker().equals("127.0.0.1:" + ((InetSocketAddress) back.getStoreHost()).getPort()),
            "stored at %s", back.getStoreHost());
        for (String name : new String[] {"MSG_REGION", "TRACE_ON", "UNIQ_KEY"}) {
            Failure.unless(back.getProperty(name) != null, "no property %s", name);
        }
        Failure.unless("DefaultRegion".equals(result.getRegionId()), "region %s", result.getRegionId());
        Failure.unless(result.getTransactionId() != null, "no transaction id");
    }
}
