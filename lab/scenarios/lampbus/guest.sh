# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/lampbus.ko
/lab/client -n 0 -u 5000 prober ioctl /dev/lampbus 1 &
sleep 1
for i in 1 2 3; do /lab/client -n 0 -u 2000 dimmer read /dev/lampbus & done
sleep 7
log "busy for a while now"
