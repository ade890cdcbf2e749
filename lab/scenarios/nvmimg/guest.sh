# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/nvmimg.ko
/lab/client -n 1 nvmdiff ioctl /dev/nvm 37 &
