import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Makes a real client say as many different things as it can to a name server and a broker, so that
 * the recording proxy in between sees their frames. A call that fails is printed and does not stop
 * the rest: an error reply is worth recording too.
 *
 * <p>{@code GoldenTraffic NAMESRV_ADDRESS}
 */
public final class GoldenTraffic {
    private static final String TOPIC = "golden";
    private static final String OTHER = "golden-other";

    private final String namesrv;
    private final AtomicInteger instances = new AtomicInteger();
    private DefaultMQAdminExt admin;
    private String broker;

    private GoldenTraffic(String namesrv) {
        this.namesrv = namesrv;
    }

    public static void main(String[] args) throws Exception {
        try {
            new GoldenTraffic(args[0]).run();
            System.exit(0);
        } catch (Throwable e) {
            e.printStackTrace(System.out);
            System.exit(1);
        }
    }

    private interface Call {
        Object run() throws Exception;
    }

    private static void attempt(String name, Call call) {
        try {
            call.run();
        } catch (Throwable e) {
            System.out.println("note " + name + ": " + e);
        }
    }

    private void run() throws Exception {
        admin = new DefaultMQAdminExt();
        admin.setNamesrvAddr(namesrv);
        admin.setClientIP("127.0.0.1");
        admin.setInstanceName("admin");
        admin.start();
        var cluster = admin.examineBrokerClusterInfo();
        for (int i = 0; i < 100 && cluster.getBrokerAddrTable().isEmpty(); i++) {
            Thread.sleep(100);
            cluster = admin.examineBrokerClusterInfo();
        }
        broker = cluster.getBrokerAddrTable().values().iterator().next().selectBrokerAddr();

        createTopics();
        DefaultMQProducer producer = producer("golden-producer");
        List<String> ids = sends(producer);
        offsets(producer);
        queries(producer, ids);
        pulls();
        transactions();
        pushConsumers(producer);
        administration();
        deletions();
        producer.shutdown();
        admin.shutdown();
    }

    private void createTopics() throws Exception {
        for (String name : List.of(TOPIC, OTHER)) {
            TopicConfig topic = new TopicConfig(name);
            topic.setReadQueueNums(2);
            topic.setWriteQueueNums(2);
            admin.createAndUpdateTopicConfig(broker, topic);
        }
        for (int i = 0; i < 50; i++) {
            try {
                admin.examineTopicRouteInfo(OTHER);
                return;
            } catch (Exception notYet) {
                Thread.sleep(100);
            }
        }
    }

    private DefaultMQProducer producer(String group) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer(group);
        configure(producer);
        producer.start();
        return producer;
    }

    private void configure(org.apache.rocketmq.client.ClientConfig client) {
        client.setNamesrvAddr(namesrv);
        client.setClientIP("127.0.0.1");
        client.setInstanceName("golden-" + instances.incrementAndGet());
        client.setHeartbeatBrokerInterval(3000);
    }

    private static Message message(String tags, String keys, String body) {
        return new Message(TOPIC, tags, keys, body.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> sends(DefaultMQProducer producer) throws Exception {
        List<String> ids = new ArrayList<>();
        ids.add(producer.send(message("TagA", "key-1", "plain")).getOffsetMsgId());
        ids.add(producer.send(message(null, null, "caf\u00e9 \u4f60\u597d \ud83d\ude80")).getOffsetMsgId());
        Message properties = message("TagB", "key-2 key-3", "with properties");
        properties.putUserProperty("colour", "gr\u00fcn");
        properties.putUserProperty("spaced", " a b ");
        properties.setFlag(7);
        producer.send(properties);
        Message delayed = message("TagA", "key-4", "delayed");
        delayed.setDelayTimeLevel(1);
        producer.send(delayed);
        producer.sendOneway(message("TagA", "key-5", "oneway"));
        byte[] large = new byte[5000];
        java.util.Arrays.fill(large, (byte) 'z');
        producer.send(new Message(TOPIC, "TagZ", "key-6", large));
        attempt("batch", () -> producer.send(List.of(message("TagA", "b-1", "one"),
            message("TagB", "b-2", "two"), message(null, null, "three"))));
        attempt("no route", () -> producer.send(new Message("golden-%absent", new byte[1])));
        // The client's default is the short header of 310; older ones sent 10.
        var smart = MQClientAPIImpl.class.getDeclaredField("sendSmartMsg");
        smart.setAccessible(true);
        smart.setBoolean(null, false);
        producer.send(message("TagA", "key-7", "long header"));
        attempt("batch with the long header", () -> producer.send(
            List.of(message("TagA", "b-4", "four"), message("TagB", "b-5", "five"))));
        producer.sendOneway(message("TagA", "key-8", "oneway, long header"));
        smart.setBoolean(null, true);
        Message request = message("TagA", "key-9", "request");
        attempt("request-reply", () -> producer.request(request, 500));
        Thread.sleep(1500);
        return ids;
    }

    private void offsets(DefaultMQProducer producer) throws Exception {
        MessageQueue queue = producer.fetchPublishMessageQueues(TOPIC).get(0);
        attempt("min", () -> admin.minOffset(queue));
        attempt("max", () -> admin.maxOffset(queue));
        attempt("earliest", () -> admin.earliestMsgStoreTime(queue));
        attempt("search", () -> admin.searchOffset(queue, System.currentTimeMillis() - 1000));
        attempt("update offset", () -> {
            admin.updateConsumeOffset(broker, "golden-offsets", queue, 1);
            return null;
        });
    }

    private void queries(DefaultMQProducer producer, List<String> ids) {
        attempt("by offset id", () -> producer.viewMessage(TOPIC, ids.get(0)));
        attempt("by absent offset id", () -> producer.viewMessage(TOPIC,
            ids.get(0).substring(0, 16) + "0000000000FFFFFF"));
        long now = System.currentTimeMillis();
        attempt("by key", () -> producer.queryMessage(TOPIC, "key-1", 8, now - 60000, now + 60000));
        attempt("by unknown key", () -> producer.queryMessage(TOPIC, "nokey", 8, now - 60000, now));
    }

    private void pulls() throws Exception {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer("golden-pull");
        configure(consumer);
        consumer.start();
        for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(TOPIC)) {
            attempt("pull", () -> consumer.pull(queue, "*", 0, 2));
            attempt("pull one tag", () -> consumer.pull(queue, "TagB", 0, 2));
            attempt("pull at the end", () -> consumer.pull(queue, "*", consumer.maxOffset(queue), 2));
            attempt("pull beyond", () -> consumer.pull(queue, "*", 1000, 2));
            attempt("suspended pull", () -> consumer.pullBlockIfNotFound(
                queue, "*", consumer.maxOffset(queue), 2));
            attempt("unknown queue", () -> consumer.pull(
                new MessageQueue(TOPIC, queue.getBrokerName(), 77), "*", 0, 2));
            attempt("read offset", () -> consumer.fetchConsumeOffset(queue, true));
            attempt("write offset", () -> {
                consumer.updateConsumeOffset(queue, 1);
                consumer.getOffsetStore().persist(queue);
                return null;
            });
            break;
        }
        consumer.shutdown();
    }

    private void transactions() throws Exception {
        TransactionMQProducer producer = new TransactionMQProducer("golden-transactions");
        configure(producer);
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object state) {
                return (LocalTransactionState) state;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                return LocalTransactionState.COMMIT_MESSAGE;
            }
        });
        producer.start();
        for (LocalTransactionState state : LocalTransactionState.values()) {
            attempt("transaction", () -> producer.sendMessageInTransaction(
                message("TagT", "t-" + state, "half " + state), state));
        }
        Thread.sleep(8000);
        producer.shutdown();
    }

    private void pushConsumers(DefaultMQProducer producer) throws Exception {
        DefaultMQPushConsumer retrying = new DefaultMQPushConsumer("golden-push");
        configure(retrying);
        retrying.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        retrying.subscribe(TOPIC, "TagA || TagB");
        AtomicInteger refused = new AtomicInteger();
        retrying.registerMessageListener((MessageListenerConcurrently) (messages, context) ->
            refused.incrementAndGet() <= 2
                ? ConsumeConcurrentlyStatus.RECONSUME_LATER
                : ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        retrying.start();

        DefaultMQPushConsumer orderly = new DefaultMQPushConsumer("golden-orderly");
        configure(orderly);
        orderly.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        orderly.subscribe(TOPIC, "*");
        orderly.registerMessageListener((MessageListenerOrderly) (messages, context) ->
            ConsumeOrderlyStatus.SUCCESS);
        orderly.start();
        Thread.sleep(3000);

        DefaultMQPushConsumer second = new DefaultMQPushConsumer("golden-push");
        configure(second);
        second.subscribe(TOPIC, "TagA || TagB");
        second.registerMessageListener((MessageListenerConcurrently) (messages, context) ->
            ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        second.start();
        Thread.sleep(2000);
        producer.send(message("TagA", "late", "wakes a held pull"));
        // The offset store writes every 5 s, the heartbeat every 3.
        Thread.sleep(6000);
        String client = retrying.getDefaultMQPushConsumerImpl().getmQClientFactory().getClientId();
        attempt("connections", () -> admin.examineConsumerConnectionInfo("golden-push"));
        attempt("producers", () -> admin.examineProducerConnectionInfo("golden-producer", TOPIC));
        attempt("running info", () -> admin.getConsumerRunningInfo("golden-push", client, true));
        attempt("consume stats", () -> admin.examineConsumeStats("golden-push"));
        attempt("consume status", () -> admin.getConsumeStatus(TOPIC, "golden-push", client));
        attempt("who consumes", () -> admin.queryTopicConsumeByWho(TOPIC));
        attempt("span", () -> admin.queryConsumeTimeSpan(TOPIC, "golden-push"));
        attempt("consume queue", () -> admin.queryConsumeQueue(broker, TOPIC, 0, 0, 3, "golden-push"));
        attempt("reset", () -> admin.resetOffsetByTimestamp(TOPIC, "golden-push", 0, true));
        Thread.sleep(1000);
        second.shutdown();
        Thread.sleep(1000);
        retrying.shutdown();
        orderly.shutdown();
        attempt("not online", () -> admin.examineConsumerConnectionInfo("golden-push"));
    }

    private void administration() {
        attempt("route", () -> admin.examineTopicRouteInfo(TOPIC));
        attempt("no route", () -> admin.examineTopicRouteInfo("golden-absent"));
        attempt("cluster", () -> admin.examineBrokerClusterInfo());
        attempt("topics", () -> admin.fetchAllTopicList());
        attempt("topics of a cluster", () -> admin.fetchTopicsByCLuster("DefaultCluster"));
        attempt("topic clusters", () -> admin.getTopicClusterList(TOPIC));
        attempt("topic stats", () -> admin.examineTopicStats(TOPIC));
        attempt("topic config", () -> admin.examineTopicConfig(broker, TOPIC));
        attempt("all topics", () -> admin.getAllTopicConfig(broker, 3000));
        attempt("groups", () -> admin.getAllSubscriptionGroup(broker, 3000));
        attempt("one group", () -> {
            var group = admin.examineSubscriptionGroupConfig(broker, "golden-push");
            group.setRetryMaxTimes(3);
            admin.createAndUpdateSubscriptionGroupConfig(broker, group);
            return null;
        });
        attempt("put kv", () -> {
            admin.createAndUpdateKvConfig("golden-space", "name", "value");
            return null;
        });
        attempt("get kv", () -> admin.getKVConfig("golden-space", "name"));
        attempt("absent kv", () -> admin.getKVConfig("golden-space", "absent"));
        attempt("kv list", () -> admin.getKVListByNamespace("golden-space"));
        attempt("delete kv", () -> {
            admin.deleteKvConfig("golden-space", "name");
            return null;
        });
        attempt("broker stats", () -> admin.fetchBrokerRuntimeStats(broker));
        attempt("consume stats list", () -> admin.fetchConsumeStatsInBroker(broker, false, 3000));
        attempt("view stats", () -> admin.viewBrokerStatsData(broker, "TOPIC_PUT_NUMS", TOPIC));
        attempt("all producers", () -> admin.getAllProducerInfo(broker));
        attempt("broker config", () -> admin.getBrokerConfig(broker));
        Properties change = new Properties();
        change.put("regionId", "golden-region");
        attempt("update broker config", () -> {
            admin.updateBrokerConfig(broker, change);
            return null;
        });
        attempt("namesrv config", () -> admin.getNameServerConfig(Collections.singletonList(namesrv)));
        attempt("clone", () -> {
            admin.cloneGroupOffset("golden-push", "golden-cloned", TOPIC, true);
            return null;
        });
        attempt("clean", () -> admin.cleanUnusedTopicByAddr(broker));
        attempt("clean queues", () -> admin.cleanExpiredConsumerQueueByAddr(broker));
        attempt("wipe", () -> admin.wipeWritePermOfBroker(namesrv, "broker-a"));
        attempt("unwipe", () -> admin.addWritePermOfBroker(namesrv, "broker-a"));
    }

    private void deletions() {
        attempt("delete group", () -> {
            admin.deleteSubscriptionGroup(broker, "golden-orderly");
            return null;
        });
        attempt("delete topic", () -> {
            admin.deleteTopicInBroker(Set.of(broker), OTHER);
            admin.deleteTopicInNameServer(Set.of(namesrv), "DefaultCluster", OTHER);
            return null;
        });
        attempt("bad topic", () -> {
            admin.createAndUpdateTopicConfig(broker, new TopicConfig("bad topic!"));
            return null;
        });
    }
}
