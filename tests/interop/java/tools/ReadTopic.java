import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * Writes every message of a topic, queue by queue in order, one line each: queue, queue offset,
 * message id and body, separated by tabs. The bodies must hold no line ends.
 *
 * <p>{@code ReadTopic NAMESRV_ADDRESS TOPIC FILE}
 */
public final class ReadTopic {
    public static void main(String[] args) throws Exception {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer("read-" + args[1]);
        consumer.setNamesrvAddr(args[0]);
        consumer.start();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(args[2])))) {
            for (MessageQueue queue : new java.util.TreeSet<>(
                consumer.fetchSubscribeMessageQueues(args[1]))) {
                read(consumer, queue, out);
            }
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    private static void read(DefaultMQPullConsumer consumer, MessageQueue queue, OutputStream out)
        throws Exception {
        long offset = consumer.minOffset(queue);
        long end = consumer.maxOffset(queue);
        while (offset < end) {
            PullResult result = consumer.pull(queue, "*", offset, 32);
            if (result.getPullStatus() != PullStatus.FOUND) {
                throw new IllegalStateException(queue + " at " + offset + " of " + end + ": " + result);
            }
            for (MessageExt message : result.getMsgFoundList()) {
                if (message.getQueueOffset() != offset++) {
                    throw new IllegalStateException(queue + ": offset " + message.getQueueOffset()
                        + " came at place " + (offset - 1));
                }
                out.write((queue.getQueueId() + "\t" + message.getQueueOffset() + "\t"
                    + message.getMsgId() + "\t").getBytes(StandardCharsets.US_ASCII));
                out.write(message.getBody());
                out.write('\n');
            }
        }
    }
}
