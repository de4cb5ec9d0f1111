import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.Message;

/**
 * Queues are added and taken away while messages flow: up at once, down for writing first and for
 * reading once the removed ones are empty.
 */
final class QueuesChange implements Scenario {
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final AtomicBoolean enough = new AtomicBoolean();
    private volatile int lastQueue;
    private volatile int sent;

    @Override
    public void run(Env env) throws Exception {
        env.createTopic(4);
        DefaultMQProducer producer = env.configured(new DefaultMQProducer("producer-" + env.topic));
        producer.setPollNameServerInterval(500);
        producer.start();
        env.closeLater(producer::shutdown);
        var first = env.pushConsumer();
        first.setPollNameServerInterval(500);
        env.consume(first, "first", "*");
        Thread sender = new Thread(() -> send(env, producer));
        sender.start();
        try {
            change(env, 8, 8);
            awaitQueue(7, true);
            // Members share the queues out anew when one comes, and every 20 s.
            var second = env.pushConsumer();
            second.setPollNameServerInterval(500);
            env.consume(second, "second", "*");
            change(env, 8, 2);
            awaitQueue(2, false);
            enough.set(true);
            sender.join(10_000);
            Failure.unless(failure.get() == null, "a send failed: %s", failure.get());
            env.ledger.awaitAll(40);
            change(env, 2, 2);
        } finally {
            enough.set(true);
            sender.join(10_000);
        }
    }

    private void send(Env env, DefaultMQProducer producer) {
        try {
            for (int i = 0; !enough.get(); i++) {
                Message message = env.message(i);
                env.ledger.sent(message);
                SendResult result = producer.send(message);
                env.ledger.acknowledged(message, result);
                lastQueue = result.getMessageQueue().getQueueId();
                sent = i;
                Thread.sleep(2);
            }
        } catch (Exception e) {
            failure.set(e);
        }
    }

    private static void change(Env env, int reads, int writes) throws Exception {
        TopicConfig config = new TopicConfig(env.topic);
        config.setReadQueueNums(reads);
        config.setWriteQueueNums(writes);
        env.admin().createAndUpdateTopicConfig(env.broker(), config);
        env.awaitRoute(env.topic, reads, writes);
    }

    /** Until the queue is written to, or until for 50 messages none from it on is. */
    private void awaitQueue(int queue, boolean used) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        int calmFrom = sent;
        while (System.nanoTime() < deadline && failure.get() == null) {
            if (used && lastQueue == queue) {
                return;
            }
            if (lastQueue >= queue) {
                calmFrom = sent;
            }
            if (!used && sent > calmFrom + 50) {
                return;
            }
            Thread.sleep(1);
        }
        throw new Failure("queue %d was %s within 20 s (%s)", queue, used ? "not used" : "used", failure.get());
    }
}
