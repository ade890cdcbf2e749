# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/ifcache.ko
/lab/client ifstat read /dev/ifcache &
sleep 0.2
/lab/client ifconfig write /dev/ifcache 1500 &
