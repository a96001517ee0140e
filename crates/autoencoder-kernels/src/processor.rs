//! The maker of this processor.

#[cfg(target_arch = "x86_64")]
use std::sync::LazyLock;

/// Whether AMD made this processor.
pub(crate) fn is_amd() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        // The answer is kept: in a virtual machine, every question to CPUID is an exit to the host.
        static AMD: LazyLock<bool> = LazyLock::new(|| {
            raw_cpuid::CpuId::new().get_vendor_info().is_some_and(|vendor| vendor.as_str() == "AuthenticAMD")
        });
        *AMD
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}
