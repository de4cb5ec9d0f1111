import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.PopCallback;
import org.apache.rocketmq.client.consumer.PopResult;
import org.apache.rocketmq.client.consumer.PopStatus;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.header.PopMessageRequestHeader;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Fills a store for an exchange: what StoreTraffic sends, two topics with many queues, a queue of
 * several files, with {@code attributes} topics that have some, and with {@code long-names} a retry topic whose name has
 * more than 127 bytes, so that its records are of version 2.
 *
 * <p>{@code ExchangeTraffic NAMESRV_ADDRESS fill [attributes] [long-names]}.
 *
 * <p>{@code ExchangeTraffic NAMESRV_ADDRESS more LABEL}: sends a few more of each kind to the first
 * topic.
 */
public final class ExchangeTraffic {
    private static final int MANY_QUEUES = 48;
    private static final int ROLLED_MESSAGES = 700;
    private static final int AWAIT_SECONDS = 120;
    private static final String LONG_GROUP = "group-" + "long-".repeat(20) + "name";
    private static final String LONG_TOPIC = "topic-" + "long-".repeat(10) + "name";

    private final String namesrv;
    private final DefaultMQAdminExt admin = new DefaultMQAdminExt(30_000);
    private String broker;
    private String brokerName;
    private boolean attributes;

    private ExchangeTraffic(String namesrv) {
        this.namesrv = namesrv;
    }

    public static void main(String[] args) {
        try {
            ExchangeTraffic traffic = new ExchangeTraffic(args[0]);
            if (args[1].equals("more")) {
                traffic.sendMore(args[2]);
                System.exit(0);
            }
            traffic.attributes = List.of(args).contains("attributes");
            traffic.start();
            StoreTraffic.fill(args[0]);
            traffic.fill();
            traffic.awaitEnd("delayed", 2);
            traffic.awaitEnd("%RETRY%group-retry", 1);
            traffic.awaitEnd("%DLQ%group-dead", 3);
            if (List.of(args).contains("long-names")) {
                traffic.retryOfLongName();
            }
            System.out.println("filled");
            System.exit(0);
        } catch (Throwable e) {
            e.printStackTrace(System.out);
            System.exit(1);
        }
    }

    private void start() throws Exception {
        admin.setNamesrvAddr(namesrv);
        admin.setInstanceName("exchange-admin");
        admin.start();
        var addresses = admin.examineBrokerClusterInfo().getBrokerAddrTable().values().iterator().next();
        broker = addresses.selectBrokerAddr();
        brokerName = addresses.getBrokerName();
    }

    private void fill() throws Exception {
        createTopic("many-a", MANY_QUEUES);
        createTopic("many-b", MANY_QUEUES);
        createTopic("rolled", 1);
        DefaultMQProducer producer = new DefaultMQProducer("exchange-producer");
        producer.setNamesrvAddr(namesrv);
        producer.setInstanceName("exchange-producer");
        producer.start();
        for (int queue = 0; queue < MANY_QUEUES; queue++) {
            producer.send(message("many-a", queue), new MessageQueue("many-a", brokerName, queue));
            // Every other queue of this one stays empty.
            int used = queue / 2 * 2;
            producer.send(message("many-b", queue), new MessageQueue("many-b", brokerName, used));
        }
        MessageQueue rolled = new MessageQueue("rolled", brokerName, 0);
        for (int sent = 0; sent < ROLLED_MESSAGES;) {
            List<Message> batch = new ArrayList<>();
            for (int i = 0; i < 35; i++) {
                batch.add(message("rolled", sent++));
            }
            producer.send(batch, rolled);
        }
        producer.shutdown();
    }

    private void sendMore(String label) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("exchange-more");
        producer.setNamesrvAddr(namesrv);
        producer.setSendMsgTimeout(30_000);
        producer.setRetryTimesWhenSendFailed(0);
        producer.start();
        List<Message> batch = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Message message = new Message("alpha", i % 3 == 0 ? "red" : "blue", label + "-" + i + " " + label,
                (label + " " + i + " ").repeat(i + 1).getBytes(StandardCharsets.UTF_8));
            if (i < 30) {
                producer.send(message);
            } else {
                batch.add(message);
            }
        }
        producer.send(batch);
        producer.shutdown();
    }

    private static Message message(String topic, int i) {
        return new Message(topic, i % 2 == 0 ? "red" : "blue", "k-" + topic + "-" + i,
            (topic + " " + i).getBytes(StandardCharsets.UTF_8));
    }

    private void createTopic(String name, int queues) throws Exception {
        TopicConfig topic = new TopicConfig(name);
        topic.setReadQueueNums(queues);
        topic.setWriteQueueNums(queues);
        topic.setOrder(name.equals("many-b"));
        if (attributes) {
            topic.setAttributes(Map.of("+message.type", name.equals("rolled") ? "NORMAL" : "UNSPECIFIED"));
        }
        admin.createAndUpdateTopicConfig(broker, topic);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
        while (true) {
            try {
                admin.examineTopicRouteInfo(name);
                return;
            } catch (org.apache.rocketmq.client.exception.MQClientException notYet) {
                if (System.nanoTime() > deadline) {
                    throw notYet;
                }
                Thread.sleep(50);
            }
        }
    }

    /** Messages in the first queue of a topic that the broker makes and fills by itself. */
    private void awaitEnd(String topic, long end) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
        MessageQueue queue = new MessageQueue(topic, brokerName, 0);
        while (true) {
            long now = -1;
            try {
                admin.examineTopicRouteInfo(topic);
                now = admin.maxOffset(queue);
            } catch (org.apache.rocketmq.client.exception.MQClientException notYet) {
                // The topic appears with its first message.
            }
            if (now >= end) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(topic + " has " + now + " messages, not " + end);
            }
            Thread.sleep(100);
        }
    }

    /**
     * Pops a message and lets its time pass, so that the broker puts it into a retry topic that is
     * named after group and topic.
     */
    private void retryOfLongName() throws Exception {
        createTopic(LONG_TOPIC, 1);
        var group = admin.getAllSubscriptionGroup(broker, 30_000).getSubscriptionGroupTable().values()
            .iterator().next();
        group.setGroupName(LONG_GROUP);
        group.setConsumeEnable(true);
        admin.createAndUpdateSubscriptionGroupConfig(broker, group);
        DefaultMQProducer producer = new DefaultMQProducer("exchange-long");
        producer.setNamesrvAddr(namesrv);
        producer.setInstanceName("exchange-long");
        producer.start();
        producer.send(message(LONG_TOPIC, 0));
        producer.shutdown();

        PopMessageRequestHeader pop = new PopMessageRequestHeader();
        pop.setConsumerGroup(LONG_GROUP);
        pop.setTopic(LONG_TOPIC);
        pop.setQueueId(0);
        pop.setMaxMsgNums(1);
        pop.setInvisibleTime(1000);
        pop.setPollTime(0);
        pop.setBornTime(System.currentTimeMillis());
        pop.setInitMode(0);
        pop.setExpType("TAG");
        pop.setExp("*");
        CompletableFuture<PopResult> popped = new CompletableFuture<>();
        admin.getDefaultMQAdminExtImpl().getMqClientInstance().getMQClientAPIImpl().popMessageAsync(
            brokerName, broker, pop, 30_000, new PopCallback() {
                @Override
                public void onSuccess(PopResult result) {
                    popped.complete(result);
                }

                @Override
                public void onException(Throwable e) {
                    popped.completeExceptionally(e);
                }
            });
        if (popped.get().getPopStatus() != PopStatus.FOUND) {
            throw new IllegalStateException(popped.get().toString());
        }
        awaitEnd("%RETRY%" + LONG_GROUP + "_" + LONG_TOPIC, 1);
    }
}
