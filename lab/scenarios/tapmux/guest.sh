# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/tapmux.ko
ip link set meas0 up
/lab/client tapper ioctl /dev/tapmux 1 &
sleep 1
/lab/client unplugger ioctl /dev/tapmux 12 &
sleep 7
sleep 8
log "busy for a while now"
