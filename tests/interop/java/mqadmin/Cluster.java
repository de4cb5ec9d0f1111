import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** The only broker of a cluster, and the clients whose traces the commands are to find. */
final class Cluster {
    private final Map<String, String> words = new LinkedHashMap<>();
    private DefaultMQProducer producer;
    private DefaultMQPushConsumer consumer;
    private DefaultMQPushConsumer rival;

    Cluster(String namesrv) throws Exception {
        String name = "mqadmin-" + Long.toString(System.currentTimeMillis(), 36);
        words.put("namesrv", namesrv);
        words.put("topic", name);
        words.put("group", name + "-readers");
        words.put("producers", name + "-writers");
        DefaultMQAdminExt admin = new DefaultMQAdminExt(10_000);
        admin.setNamesrvAddr(namesrv);
        admin.start();
        admin.examineBrokerClusterInfo().getBrokerAddrTable().values().forEach(broker -> {
            words.put("broker", broker.getBrokerName());
            words.put("cluster", broker.getCluster());
            words.put("addr", broker.selectBrokerAddr());
        });
        admin.shutdown();
    }

    Map<String, String> words() {
        return words;
    }

    /** Both leave message traces. */
    void startClients() throws Exception {
        producer = new DefaultMQProducer(words.get("producers"), true, null);
        producer.setNamesrvAddr(words.get("namesrv"));
        producer.start();
        words.put("clientOfProducer", producer.buildMQClientId());
        consumer = new DefaultMQPushConsumer(words.get("group"), true, null);
        consumer.setNamesrvAddr(words.get("namesrv"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(words.get("topic"), "*");
        consumer.registerMessageListener(
            (MessageListenerConcurrently) (messages, context) -> ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        consumer.start();
        words.put("client", consumer.getDefaultMQPushConsumerImpl().getmQClientFactory().getClientId());
    }

    /** One more of the group, which wants something else. */
    void startRival() throws Exception {
        rival = new DefaultMQPushConsumer(words.get("group"));
        rival.setNamesrvAddr(words.get("namesrv"));
        rival.setInstanceName("rival");
        rival.subscribe(words.get("topic"), "blue");
        rival.registerMessageListener(
            (MessageListenerConcurrently) (messages, context) -> ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        rival.start();
        words.put("rival", rival.getDefaultMQPushConsumerImpl().getmQClientFactory().getClientId());
    }

    /** A message with the key key-1, the tag red and the body first; where it is and what it is called. */
    Map<String, String> sendOne() throws Exception {
        SendResult sent = producer.send(
            new Message(words.get("topic"), "red", "key-1", "first".getBytes(StandardCharsets.UTF_8)));
        Map<String, String> found = new LinkedHashMap<>();
        found.put("id", sent.getMsgId());
        found.put("traced", sent.getMsgId());
        found.put("place", sent.getOffsetMsgId());
        found.put("queue", String.valueOf(sent.getMessageQueue().getQueueId()));
        found.put("offset", String.valueOf(sent.getQueueOffset()));
        return found;
    }

    void stopClients() {
        rival.shutdown();
        consumer.shutdown();
        producer.shutdown();
    }
}
