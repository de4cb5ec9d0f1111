import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;

/**
 * Prints the bodies of a number of messages, a line each: the contract of
 * {@code pintle consume TOPIC --group G --from-beginning --count N}, with the official client.
 *
 * <p>{@code ConsumeLines NAMESRV_ADDRESS TOPIC GROUP COUNT}
 */
public final class ConsumeLines {
    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[3]);
        CountDownLatch left = new CountDownLatch(count);
        PrintStream out = new PrintStream(new BufferedOutputStream(
            new java.io.FileOutputStream(java.io.FileDescriptor.out)));
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(args[2]);
        consumer.setNamesrvAddr(args[0]);
        consumer.setHeartbeatBrokerInterval(2000);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(args[1], "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            synchronized (out) {
                messages.forEach(message -> {
                    try {
                        out.write(message.getBody());
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    out.write('\n');
                    left.countDown();
                });
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        left.await();
        // Time for what should not come to come.
        Thread.sleep(500);
        out.flush();
        System.exit(0);
    }
}
