# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/hotplugd.ko
/lab/client -n 3 -u 1000 bird read /dev/hpbus &
/lab/client plugger write /dev/hpbus 1 &
sleep 1
for i in 1 2 3; do /lab/client -n 9 -u 1000 lsbus read /dev/hpbus & done
sleep 7
log "busy for a while now"
