/**
 * The commands of {@code mqadmin} that the operators of 4.x clusters use, against a broker with a
 * running producer and consumer. What each must print is below; it was taken from a Java broker.
 *
 * <p>{@code Mqadmin NAMESRV NAME java|pintle}: prints a PASS, FAIL or SKIP line a command. SKIP: the
 * broker says that it does not support the request, as docs/compat/mqadmin.md tells too.
 */
public final class Mqadmin {
    public static void main(String[] args) throws Exception {
        Cluster cluster = new Cluster(args[0]);
        // The same command under 4.9.7 takes no topic.
        String byId = args[1].endsWith("4.9.7") ? "-i ${place}" : "-t ${topic} -i ${place}";
        Commands c = new Commands(args[1], args[2].equals("java"), cluster.words());

        c.run("updateTopic", "-b ${addr} -t ${topic} -r 4 -w 4", "create topic to ${addr} success");
        c.run("updateTopic", "-c ${cluster} -t ${topic}-other -r 2 -w 2", "create topic to ${addr} success");
        c.run("updateTopicPerm", "-b ${addr} -t ${topic} -p 4", "update topic perm from 6 to 4 in ${addr} success");
        c.run("updateTopicPerm", "-c ${cluster} -t ${topic} -p 6", "update topic perm from 4 to 6 in ${addr} success");
        c.run("topicList", "", "${topic}");
        c.run("topicList", "-c", "${cluster} +${topic}");
        c.run("topicRoute", "-t ${topic}", "\"writeQueueNums\":4");
        c.run("topicClusterList", "-t ${topic}", "${cluster}");
        c.run("updateSubGroup", "-c ${cluster} -g ${group}", "create subscription group to ${addr} success");
        c.run("updateSubGroup", "-b ${addr} -g ${group}-other -r 3", "retryMaxTimes=3");
        c.run("getConsumerConfig", "-g ${group}-other", "retryMaxTimes += +3");
        c.run("allocateMQ", "-t ${topic} -i 10.0.0.1,10.0.0.2", "10.0.0.2.*queueId\":3");

        cluster.startClients();
        c.words().putAll(cluster.sendOne());
        c.run("sendMessage", "-t ${topic} -p hello -k key-2 -c blue -b ${broker} -i 3", "${broker} +3 +SEND_OK +[0-9A-F]{32}");
        c.run("checkMsgSendRT", "-t ${topic} -a 5 -s 64", "Avg RT: [0-9.]+");
        c.run("sendMsgStatus", "-b ${broker} -c 3", "SEND_OK.*SEND_OK.*SEND_OK");
        c.run("topicStatus", "-t ${topic}", "${broker} +0 +0 +[0-9]+ .*${broker} +3 +0");
        c.await("queryMsgById", byId, "Keys: +\\[key-1\\].*Consumed|Keys: +\\[key-1\\].*CONSUMED");
        c.run("queryMsgById", byId + " -g ${group} -d ${client}", "consumeResult=CR_SUCCESS");
        c.run("queryMsgByKey", "-t ${topic} -k key-1", "${id} +${queue} +${offset}");
        c.run("queryMsgByUniqueKey", "-t ${topic} -i ${id}", "Keys: +\\[key-1\\].*Tags: +\\[red\\]|Tags: +\\[red\\].*Keys: +\\[key-1\\]");
        c.run("queryMsgByOffset", "-t ${topic} -b ${broker} -i ${queue} -o ${offset}", "Keys: +\\[key-1\\]");
        c.await("queryMsgTraceById", "-i ${traced}", "Pub +${producers} .*success.*Sub +${group} .*success");
        c.run("printMsg", "-t ${topic} -d true", "BODY: first");
        c.run("printMsg", "-t ${topic} -s red -d true", "BODY: first");
        c.run("printMsgByQueue", "-t ${topic} -a ${broker} -i ${queue} -p true -d true", "BODY: first");
        c.run("consumeMessage", "-t ${topic} -b ${broker} -i ${queue} -o ${offset} -c 1", "BODY: first");

        c.run("producerConnection", "-g ${producers} -t ${topic}", "${clientOfProducer} +127.0.0.1:[0-9]+ +JAVA");
        c.run("producer", "-b ${addr}", "\\(${producers}\\) instance : .*${clientOfProducer}");
        c.run("consumerConnection", "-g ${group}", "${client} +127.0.0.1:[0-9]+ +JAVA.*${topic} +\\*.*CONSUME_PASSIVELY.*CLUSTERING");
        c.await("consumerProgress", "-g ${group}", "${topic} +${broker} +3 +[1-9].*Diff Total: 0");
        c.run("consumerProgress", "", "${group} +1 .*CLUSTERING");
        c.run("consumerStatus", "-g ${group}", "${client}.*Rebalance OK");
        c.run("consumerStatus", "-g ${group} -i ${client}", "Consumer Subscription.*${topic}.*Consumer MQ Detail");
        c.run("resetOffsetByTime", "-g ${group} -t ${topic} -s 0", "${broker} +3 +0 ");
        c.run("resetOffsetByTime", "-g ${group} -t ${topic} -s now", "${broker} +3 +[1-9]");
        c.run("skipAccumulatedMessage", "-g ${group} -t ${topic}", "${broker} +3 +[1-9]");
        c.run("cloneGroupOffset", "-s ${group} -d ${group}-other -t ${topic} -o true", "clone group offset success");

        c.run("clusterList", "", "${cluster} +${broker} +0 +${addr}");
        c.run("clusterList", "-m", "${cluster} +${broker} ");
        c.run("brokerStatus", "-b ${addr}", "bootTimestamp.*msgPutTotalTodayNow.*runtime");
        c.run("brokerStatus", "-c ${cluster}", "${addr} +runtime");
        c.run("getBrokerConfig", "-b ${addr}", "brokerName += +${broker}");
        c.run("getBrokerConfig", "-c ${cluster}", "Master: ${addr}.*brokerClusterName += +${cluster}");
        c.unserved("updateBrokerConfig", "-b ${addr} -k messageIndexEnable -v true", "update broker config success");
        c.run("statsAll", "-t ${topic}", "${topic} +${group} +[0-9]+ +[0-9.]+ +[0-9.]+");
        c.run("brokerConsumeStats", "-b ${addr}", "${topic} +${group} +${broker} +3 .*Diff Total: ");
        c.run("queryCq", "-t ${topic} -q ${queue} -i 0 -c 2 -b ${addr}", "max: [1-9][0-9]*, min: 0");
        c.run("queryCq", "-t ${topic} -q ${queue} -i 0 -c 2 -b ${addr} -g ${group}", "subString.*\\*");
        c.unserved("cleanExpiredCQ", "-b ${addr}", "success");
        c.unserved("cleanUnusedTopic", "-b ${addr}", "success");
        c.unserved("deleteExpiredCommitLog", "-b ${addr}", "success");

        c.run("updateKvConfig", "-s mine -k key -v value", "create or update kv config to namespace success");
        c.run("deleteKvConfig", "-s mine -k key", "delete kv config from namespace success");
        c.run("updateOrderConf", "-t ${topic} -m put -v ${broker}:4", "update orderConf success");
        c.run("updateOrderConf", "-t ${topic} -m get", "orderConf=\\[${broker}:4\\]");
        c.run("updateOrderConf", "-t ${topic} -m delete", "delete orderConf success");
        c.run("getNamesrvConfig", "", "enableTopicList += +true");
        c.run("updateNamesrvConfig", "-k enableTopicList -v true", "update name server config success");
        c.run("wipeWritePerm", "-b ${broker}", "wipe write perm of broker\\[${broker}\\] in name server\\[.*\\] OK, [1-9]");
        c.run("addWritePerm", "-b ${broker}", "add write perm of broker\\[${broker}\\] in name server\\[.*\\] OK, [1-9]");

        cluster.startRival();
        c.await("consumerStatus", "-g ${group}", "${client}.*${rival}|${rival}.*${client}");
        String conflict = "subscriptionConflict_${group} *: .*want different things: topic ${topic}: ";
        c.ours("brokerStatus", "-b ${addr}", conflict + "'\\*' and 'blue'|" + conflict + "'blue' and '\\*'");
        c.ours("brokerStatus", "-b ${addr}", "subscriptionConflict_${group} *: .*${rival}");
        cluster.stopClients();
        c.run("deleteSubGroup", "-c ${cluster} -g ${group}-other -r true", "delete subscription group \\[${group}-other\\] from");
        c.run("deleteTopic", "-c ${cluster} -t ${topic}-other", "delete topic \\[${topic}-other\\] from NameServer success");
        c.run("deleteTopic", "-c ${cluster} -t ${topic}", "delete topic \\[${topic}\\] from cluster \\[${cluster}\\] success");
        System.exit(c.failed() == 0 ? 0 : 1);
    }
}
