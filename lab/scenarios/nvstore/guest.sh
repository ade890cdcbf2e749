# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/nvstore.ko
mkdir -p /tmp/nv
mount -t nvstore none /tmp/nv
rm /tmp/nv/boot
rm /tmp/nv/keys
rm /tmp/nv/logs &
sleep 1
ls /tmp/nv > /dev/null &
ls /tmp/nv > /dev/null &
touch /tmp/nv/fresh &
sleep 7
log "busy for a while now"
