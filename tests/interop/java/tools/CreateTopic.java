import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Creates a topic on the only broker and waits until the name server knows it.
 *
 * <p>{@code CreateTopic NAMESRV_ADDRESS TOPIC QUEUES}
 */
public final class CreateTopic {
    public static void main(String[] args) throws Exception {
        DefaultMQAdminExt admin = new DefaultMQAdminExt(10_000);
        admin.setNamesrvAddr(args[0]);
        admin.start();
        TopicConfig topic = new TopicConfig(args[1]);
        topic.setReadQueueNums(Integer.parseInt(args[2]));
        topic.setWriteQueueNums(Integer.parseInt(args[2]));
        admin.createAndUpdateTopicConfig(admin.examineBrokerClusterInfo().getBrokerAddrTable().values()
            .iterator().next().selectBrokerAddr(), topic);
        for (int i = 0; i < 100; i++) {
            try {
                admin.examineTopicRouteInfo(args[1]);
                System.exit(0);
            } catch (org.apache.rocketmq.client.exception.MQClientException notYet) {
                Thread.sleep(100);
            }
        }
        System.exit(1);
    }
}
