# Runs in the guest, sourced by init.
/lab/idlers
echo 4 > /proc/sys/kernel/hung_task_timeout_secs
insmod /lab/tapdeck.ko
for i in 101 207 503; do
	/lab/client -n 0 -u 500 "fast$i" ioctl /dev/deck "$i" &
	/lab/client -n 0 -u 9000 "slow$i" ioctl /dev/deck "$i" &
done
sleep 7
log "busy for a while now"
