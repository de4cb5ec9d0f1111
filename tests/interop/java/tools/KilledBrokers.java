import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Sends and consumes while somebody kills the brokers of a cluster, with the clients' retry and nothing
 * else: what was acknowledged comes, what was not sent does not, and sends go on while one is away.
 *
 * <p>{@code KilledBrokers NAMESRV TOPIC SECONDS}: prints {@code load} when messages flow, and one line
 * at the end, {@code fine ...} or {@code wrong ...}.
 */
public final class KilledBrokers {
    private static final int SENDERS = 4;
    private static final int PATIENCE_MS = 60_000;

    private final String namesrv;
    private final String topic;
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Set<String> delivered = ConcurrentHashMap.newKeySet();
    private final Set<String> foreign = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> byBroker = new ConcurrentHashMap<>();
    private final AtomicInteger deliveries = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean stop;

    private KilledBrokers(String namesrv, String topic) {
        this.namesrv = namesrv;
        this.topic = topic;
    }

    public static void main(String[] args) throws Exception {
        boolean fine = new KilledBrokers(args[0], args[1]).run(Integer.parseInt(args[2]));
        System.exit(fine ? 0 : 1);
    }

    private boolean run(int seconds) throws Exception {
        createTopic();
        DefaultMQPushConsumer consumer = consumer();
        DefaultMQProducer producer = producer();
        Thread[] senders = new Thread[SENDERS];
        for (int i = 0; i < SENDERS; i++) {
            String name = "sender-" + i + "-";
            senders[i] = new Thread(() -> send(producer, name));
            senders[i].start();
        }
        while (acknowledged.size() < 100 || delivered.size() < 100) {
            Thread.sleep(50);
        }
        System.out.println("load");
        Thread.sleep(seconds * 1000L);
        stop = true;
        for (Thread sender : senders) {
            sender.join();
        }
        long deadline = System.currentTimeMillis() + PATIENCE_MS;
        while (!delivered.containsAll(acknowledged.keySet()) && System.currentTimeMillis() < deadline) {
            Thread.sleep(100);
        }
        boolean fine = report();
        consumer.shutdown();
        producer.shutdown();
        return fine;
    }

    private boolean report() {
        String lost = acknowledged.keySet().stream().filter(key -> !delivered.contains(key)).findFirst().orElse(null);
        String what = String.format("%d acknowledged %s, %d refused in the end, %d delivered, %d twice",
            acknowledged.size(), byBroker, refused.get(), delivered.size(), deliveries.get() - delivered.size());
        if (lost != null) {
            System.out.printf("wrong lost %s, acknowledged at %s; %s%n", lost, acknowledged.get(lost), what);
        } else if (!foreign.isEmpty()) {
            System.out.printf("wrong %s was never sent; %s%n", foreign.iterator().next(), what);
        } else if (byBroker.size() != 2) {
            System.out.printf("wrong not both brokers took messages; %s%n", what);
        } else {
            System.out.printf("fine %s%n", what);
            return true;
        }
        return false;
    }

    private void createTopic() throws Exception {
        DefaultMQAdminExt admin = new DefaultMQAdminExt(10_000);
        admin.setNamesrvAddr(namesrv);
        admin.start();
        TopicConfig config = new TopicConfig(topic);
        config.setReadQueueNums(4);
        config.setWriteQueueNums(4);
        for (var broker : admin.examineBrokerClusterInfo().getBrokerAddrTable().values()) {
            admin.createAndUpdateTopicConfig(broker.selectBrokerAddr(), config);
        }
        while (true) {
            try {
                if (admin.examineTopicRouteInfo(topic).getQueueDatas().size() == 2) {
                    break;
                }
            } catch (org.apache.rocketmq.client.exception.MQClientException notYet) {
                Thread.sleep(50);
            }
        }
        admin.shutdown();
    }

    private DefaultMQProducer producer() throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("producers-" + topic);
        producer.setNamesrvAddr(namesrv);
        producer.setPollNameServerInterval(1000);
        producer.setHeartbeatBrokerInterval(1000);
        producer.setRetryTimesWhenSendFailed(5);
        producer.setSendMsgTimeout(5000);
        producer.start();
        return producer;
    }

    private DefaultMQPushConsumer consumer() throws Exception {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("readers-" + topic);
        consumer.setNamesrvAddr(namesrv);
        consumer.setPollNameServerInterval(1000);
        consumer.setHeartbeatBrokerInterval(1000);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> {
                deliveries.incrementAndGet();
                delivered.add(message.getKeys());
                if (!sent.contains(message.getKeys())) {
                    foreign.add(message.getKeys());
                }
            });
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        return consumer;
    }

    private void send(DefaultMQProducer producer, String name) {
        for (int i = 0; !stop; i++) {
            String key = name + i;
            sent.add(key);
            try {
                SendResult result = producer.send(
                    new Message(topic, "", key, ("body of " + key).getBytes(StandardCharsets.UTF_8)));
                if (result.getSendStatus() == SendStatus.SEND_OK) {
                    acknowledged.put(key, result.getMessageQueue() + " " + result.getQueueOffset());
                    byBroker.merge(result.getMessageQueue().getBrokerName(), 1, Integer::sum);
                }
                Thread.sleep(2);
            } catch (InterruptedException | RuntimeException ended) {
                return;
            } catch (Exception refusedInTheEnd) {
                refused.incrementAndGet();
            }
        }
    }
}
