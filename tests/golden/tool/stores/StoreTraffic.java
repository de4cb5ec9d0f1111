import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
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
 * Fills a store with one of everything: normal, tagged, keyed, batched, compressed, delayed, half,
 * retry and dead-letter messages in several topics, offsets and groups.
 *
 * <p>{@code StoreTraffic NAMESRV_ADDRESS}
 */
public final class StoreTraffic {
    private final String namesrv;
    private final DefaultMQAdminExt admin = new DefaultMQAdminExt(30_000);
    private int instances;
    private String broker;
    private String brokerName;

    private StoreTraffic(String namesrv) {
        this.namesrv = namesrv;
    }

    public static void main(String[] args) throws Exception {
        try {
            fill(args[0]);
            System.out.println("filled");
            System.exit(0);
        } catch (Throwable e) {
            e.printStackTrace(System.out);
            System.exit(1);
        }
    }

    static void fill(String namesrv) throws Exception {
        new StoreTraffic(namesrv).run();
    }

    private <C extends ClientConfig> C configured(C client) {
        client.setNamesrvAddr(namesrv);
        client.setClientIP("127.0.0.1");
        client.setInstanceName("store-" + ++instances);
        client.setHeartbeatBrokerInterval(1000);
        client.setPollNameServerInterval(1000);
        return client;
    }

    private void run() throws Exception {
        configured(admin).start();
        var addresses = admin.examineBrokerClusterInfo().getBrokerAddrTable().values().iterator().next();
        broker = addresses.selectBrokerAddr();
        brokerName = addresses.getBrokerName();
        createTopic("alpha", 2);
        createTopic("beta", 4);
        createTopic("delayed", 1);
        createTopic("transactions", 1);
        createGroup("group-alpha", 16);
        createGroup("group-dead", 0);
        createGroup("group-retry", 16);

        DefaultMQProducer producer = configured(new DefaultMQProducer("store-producer"));
        producer.start();
        normal(producer);
        batches(producer);
        delayed(producer);
        transactions();
        // Refused once, a message goes to the group's retry topic; where no retry is allowed, to the
        // dead letters.
        refuse("group-dead", "alpha", 3);
        refuse("group-retry", "beta", 3);
        commitOffsets();
        producer.shutdown();
        admin.shutdown();
    }

    private void createTopic(String name, int queues) throws Exception {
        TopicConfig topic = new TopicConfig(name);
        topic.setReadQueueNums(queues);
        topic.setWriteQueueNums(queues);
        admin.createAndUpdateTopicConfig(broker, topic);
        for (int i = 0; i < 100; i++) {
            try {
                admin.examineTopicRouteInfo(name);
                return;
            } catch (org.apache.rocketmq.client.exception.MQClientException notYet) {
                Thread.sleep(100);
            }
        }
    }

    /** The class of the configuration moved between versions, so one is asked for and renamed. */
    private void createGroup(String name, int retries) throws Exception {
        var group = admin.getAllSubscriptionGroup(broker, 5000).getSubscriptionGroupTable().values()
            .iterator().next();
        group.setGroupName(name);
        group.setRetryMaxTimes(retries);
        group.setConsumeEnable(true);
        group.setRetryQueueNums(1);
        admin.createAndUpdateSubscriptionGroupConfig(broker, group);
    }

    private static Message message(String topic, int i, String body) {
        return new Message(topic, i % 3 == 0 ? "red" : i % 3 == 1 ? "green" : null,
            i % 2 == 0 ? "key-" + i + " shared-" + i % 5 : null, body.getBytes(StandardCharsets.UTF_8));
    }

    private void normal(DefaultMQProducer producer) throws Exception {
        for (int i = 0; i < 120; i++) {
            Message message = message(i % 2 == 0 ? "alpha" : "beta", i,
                "message " + i + " caf\u00e9 \u4f60\u597d \ud83d\ude80 " + "lorem ipsum ".repeat(i));
            message.setFlag(i);
            if (i % 4 == 0) {
                message.putUserProperty("colour", "gr\u00fcn " + i);
            }
            producer.send(message);
        }
        // Compressed by the client, so the record holds the compressed bytes and a flag.
        producer.send(message("alpha", 200, "compressible ".repeat(2000)));
        producer.send(new Message("alpha", new byte[] {0}));
        producer.sendOneway(message("beta", 202, "oneway"));
    }

    private void batches(DefaultMQProducer producer) throws Exception {
        for (int batch = 0; batch < 3; batch++) {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                messages.add(message("beta", 300 + batch * 10 + i, "batch " + batch + " message " + i));
            }
            producer.send(messages);
        }
    }

    /** Those of the first level are delivered before the store is taken; the others wait in it. */
    private void delayed(DefaultMQProducer producer) throws Exception {
        for (int level : new int[] {1, 1, 17, 18, 18}) {
            Message message = message("delayed", 400 + level, "delayed by level " + level);
            message.setDelayTimeLevel(level);
            producer.send(message);
        }
    }

    private void transactions() throws Exception {
        TransactionMQProducer producer = configured(new TransactionMQProducer("store-transactions"));
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object state) {
                return (LocalTransactionState) state;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                return LocalTransactionState.UNKNOW;
            }
        });
        producer.start();
        for (int i = 0; i < 6; i++) {
            LocalTransactionState state = LocalTransactionState.values()[i % 3];
            producer.sendMessageInTransaction(message("transactions", 500 + i, "half, then " + state), state);
        }
        Thread.sleep(1000);
        producer.shutdown();
    }

    private void commitOffsets() throws Exception {
        DefaultMQPullConsumer puller = configured(new DefaultMQPullConsumer("group-alpha"));
        puller.start();
        for (int queue = 0; queue < 2; queue++) {
            MessageQueue place = new MessageQueue("alpha", brokerName, queue);
            puller.pull(place, "*", 0, 1);
            puller.updateConsumeOffset(place, 17 + queue);
            puller.getOffsetStore().updateOffset(place, 17 + queue, false);
            puller.getOffsetStore().persist(place);
        }
        Thread.sleep(1000);
        puller.shutdown();
    }

    private void refuse(String group, String topic, int count) throws Exception {
        DefaultMQPushConsumer consumer = configured(new DefaultMQPushConsumer(group));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setMaxReconsumeTimes(group.equals("group-dead") ? 0 : 16);
        consumer.subscribe(topic, "*");
        var seen = ConcurrentHashMap.<String>newKeySet();
        CountDownLatch done = new CountDownLatch(50);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            done.countDown();
            for (MessageExt message : messages) {
                if (seen.size() < count && seen.add(message.getMsgId())) {
                    // Level 18 keeps what is to be retried in the delay queue; 1 lets it come back.
                    context.setDelayLevelWhenNextConsume(seen.size() == 1 ? 1 : 18);
                    return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                }
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        done.await(30, TimeUnit.SECONDS);
        Thread.sleep(3000);
        consumer.shutdown();
    }
}
