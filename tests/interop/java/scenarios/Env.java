import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * What one scenario works with: names that no other scenario uses, a ledger, and clients that are
 * shut down with it. One scenario's threads only.
 */
final class Env implements AutoCloseable {
    private static final AtomicInteger instances = new AtomicInteger();

    /** One administration client for all scenarios; any thread. */
    static final class Shared {
        final String namesrv;
        final String run = Long.toString(System.currentTimeMillis() / 100, 36);
        final DefaultMQAdminExt admin = new DefaultMQAdminExt(10_000);
        final String broker;
        final String brokerName;

        Shared(String namesrv) throws Exception {
            this.namesrv = namesrv;
            admin.setNamesrvAddr(namesrv);
            admin.setInstanceName("interop-admin");
            admin.setVipChannelEnabled(false);
            admin.start();
            var brokers = admin.examineBrokerClusterInfo().getBrokerAddrTable();
            var first = brokers.values().iterator().next();
            broker = first.selectBrokerAddr();
            brokerName = first.getBrokerName();
        }
    }

    final Shared shared;
    final Ledger ledger = new Ledger();
    final String topic;
    final String group;
    private final Deque<Runnable> closers = new ArrayDeque<>();

    Env(Shared shared, String scenario) {
        this.shared = shared;
        topic = scenario + "-" + shared.run + "-" + instances.incrementAndGet();
        group = "group-" + topic;
    }

    DefaultMQAdminExt admin() {
        return shared.admin;
    }

    String broker() {
        return shared.broker;
    }

    String brokerName() {
        return shared.brokerName;
    }

    <C extends ClientConfig> C configured(C client) {
        client.setNamesrvAddr(shared.namesrv);
        client.setInstanceName("interop-" + instances.incrementAndGet());
        // The client skips the heartbeat that announces a changed subscription when another one is
        // under way, and pulls are then refused as outdated until the next, by default in 30 s.
        client.setHeartbeatBrokerInterval(2000);
        return client;
    }

    synchronized void closeLater(Runnable closer) {
        closers.push(closer);
    }

    @Override
    public synchronized void close() {
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException alreadyClosed) {
                continue;
            }
        }
    }

    /** Creates the scenario's topic and waits until the name server knows it. */
    void createTopic(int queues) throws Exception {
        createTopic(topic, queues);
    }

    void createTopic(String name, int queues) throws Exception {
        TopicConfig config = new TopicConfig(name);
        config.setReadQueueNums(queues);
        config.setWriteQueueNums(queues);
        admin().createAndUpdateTopicConfig(broker(), config);
        awaitRoute(name, queues, queues);
    }

    void awaitRoute(String name, int reads, int writes) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Exception last = null;
        while (System.nanoTime() < deadline) {
            try {
                var data = admin().examineTopicRouteInfo(name).getQueueDatas();
                if (data.size() == 1 && data.get(0).getReadQueueNums() == reads
                    && data.get(0).getWriteQueueNums() == writes) {
                    return;
                }
                last = new Failure("route of %s has %s", name, data);
            } catch (org.apache.rocketmq.client.exception.MQClientException notYet) {
                last = notYet;
            }
            Thread.sleep(50);
        }
        throw last;
    }

    DefaultMQProducer producer() throws Exception {
        DefaultMQProducer producer = configured(new DefaultMQProducer("producer-" + topic));
        producer.setRetryTimesWhenSendFailed(0);
        producer.setRetryTimesWhenSendAsyncFailed(0);
        producer.setSendMsgTimeout(10_000);
        producer.start();
        closeLater(producer::shutdown);
        return producer;
    }

    /** A consumer from the first offset, not started and without a listener. */
    DefaultMQPushConsumer pushConsumer() throws Exception {
        DefaultMQPushConsumer consumer = configured(new DefaultMQPushConsumer(group));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setConsumeThreadMin(2);
        consumer.setConsumeThreadMax(2);
        closeLater(consumer::shutdown);
        return consumer;
    }

    /** Starts a consumer that writes what it gets into the ledger under {@code name}. */
    DefaultMQPushConsumer consume(String name, String tags) throws Exception {
        return consume(pushConsumer(), name, tags);
    }

    DefaultMQPushConsumer consume(DefaultMQPushConsumer consumer, String name, String tags)
        throws Exception {
        consumer.subscribe(topic, tags);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> ledger.delivered(name, message));
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        return consumer;
    }

    DefaultMQPullConsumer pullConsumer() throws Exception {
        DefaultMQPullConsumer consumer = configured(new DefaultMQPullConsumer(group));
        consumer.start();
        closeLater(consumer::shutdown);
        return consumer;
    }

    /** Not started: a topic or an assignment comes first. */
    DefaultLitePullConsumer litePullConsumer() throws Exception {
        DefaultLitePullConsumer consumer = configured(new DefaultLitePullConsumer(group));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        closeLater(consumer::shutdown);
        return consumer;
    }

    Message message(int i) {
        return message(i, "");
    }

    /** The i-th message; its key identifies it in the ledger. */
    Message message(int i, String tags) {
        String body = topic + " body " + i + " caf\u00e9 \u4f60\u597d";
        return new Message(topic, tags, "k" + i, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Everything of one queue that passes the filter, in order. */
    static List<MessageExt> pullAll(DefaultMQPullConsumer consumer, MessageQueue queue, String tags)
        throws Exception {
        List<MessageExt> messages = new ArrayList<>();
        long offset = consumer.minOffset(queue);
        long end = consumer.maxOffset(queue);
        while (offset < end) {
            PullResult result = consumer.pull(queue, tags, offset, 32);
            if (result.getPullStatus() == PullStatus.FOUND) {
                messages.addAll(result.getMsgFoundList());
            } else {
                Failure.unless(result.getPullStatus() == PullStatus.NO_MATCHED_MSG,
                    "pull of %s at %d of %d: %s", queue, offset, end, result);
            }
            Failure.unless(result.getNextBeginOffset() > offset, "pull of %s at %d does not advance: %s",
                queue, offset, result);
            offset = result.getNextBeginOffset();
        }
        return messages;
    }

    /** Sends messages number {@code from} to {@code from + count - 1} one after another. */
    void sendAll(DefaultMQProducer producer, int from, int count) throws Exception {
        for (int i = from; i < from + count; i++) {
            Message message = message(i);
            ledger.sent(message);
            ledger.acknowledged(message, producer.send(message));
        }
    }

    /** A new consumer gets everything exactly once. */
    void consumeAndCheck() throws Exception {
        consume("one", "*");
        ledger.awaitAllOnce(30);
    }
}
