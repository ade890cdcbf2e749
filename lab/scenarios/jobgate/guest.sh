# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/jobgate.ko
/lab/client -n 20 -u 2000 asker ioctl /dev/jobgate 3 &
asker=$!
sleep 2
kill $asker
/lab/client -n 1 zeroasker ioctl /dev/jobgate 4096 &
sleep 7
log "busy for a while now"
