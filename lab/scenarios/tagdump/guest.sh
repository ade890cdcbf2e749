# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/tagdump.ko
/lab/client -n 2 lister read /dev/tags &
sleep 1
/lab/client -n 1 editor ioctl /dev/tags 64 &
sleep 1
/lab/client -n 1 dumper read /dev/tags &
