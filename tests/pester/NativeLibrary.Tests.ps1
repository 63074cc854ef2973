# A module whose native library is missing, broken or of another version says so in one sentence, at first use.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force

    # A copy of the module whose native library a test replaces. Gives the paths of both.
    function New-ModuleCopy {
        $copy = New-TestPath 'module'
        $null = New-Item -ItemType Directory -Path $copy
        Copy-Item -Path (Get-TestModulePath) -Destination $copy -Recurse
        $module = Join-Path $copy 'MgLicense'
        [pscustomobject]@{
            Module  = $module
            Library = (Get-ChildItem -Path (Join-Path $module 'native') -Recurse -File).FullName
        }
    }

    function Invoke-Connect($Copy) {
        Invoke-ChildShell -Module $Copy.Module -Script @'
            Import-Module $module
            Connect-MgGraph -LocalTenant x.mgtenant -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure[0].FullyQualifiedErrorId
            $failure[0].Exception.Message
'@
    }
}

Describe 'The native library' {
    It 'is not needed to import the module' {
        $copy = New-ModuleCopy
        Remove-Item $copy.Library
        $result = Invoke-ChildShell -Module $copy.Module -Script 'Import-Module $module -ErrorAction Stop; (Get-Command Connect-MgGraph).Source'

        $result.Output.Trim() | Should -Be 'MgLicense'
        $result.Error | Should -BeNullOrEmpty
    }

    It 'is named with its path, the platform and the remedy when it is missing' {
        $copy = New-ModuleCopy
        Remove-Item $copy.Library
        $id, $message = (Invoke-Connect $copy).Output.Trim() -split '\r?\n'

        $id | Should -Be 'NativeLibraryMissing,Microsoft.Graph.PowerShell.Authentication.Cmdlets.ConnectMgGraph'
        $message | Should -BeLike "The native library for $(Split-Path -Leaf (Split-Path $copy.Library)) is not at $($copy.Library);*"
        $message | Should -BeLike '*build.ps1*'
    }

    It 'is named with the reason when it can not be loaded' {
        $copy = New-ModuleCopy
        Set-Content -Path $copy.Library -Value 'This is no library.'
        $id, $message = (Invoke-Connect $copy).Output.Trim() -split '\r?\n'

        $id | Should -BeLike 'NativeLibraryNotLoadable,*'
        $message | Should -BeLike "The native library at $($copy.Library) can't be loaded on *"
        @($message).Count | Should -Be 1
    }

    It 'is refused with both versions when it has another ABI' -Skip:(-not (Get-Command cc -ErrorAction Ignore)) {
        $copy = New-ModuleCopy
        $source = New-TestPath 'other.c'
        Set-Content -Path $source -Value '#include <stdint.h>', 'uint32_t mgl_abi_version(void) { return 99; }'
        & cc -shared -fPIC -o $copy.Library $source
        $id, $message = (Invoke-Connect $copy).Output.Trim() -split '\r?\n'

        $id | Should -BeLike 'NativeLibraryVersion,*'
        $message | Should -BeLike "*$($copy.Library) has ABI version 99, this module needs ABI version 1;*"
    }

    It 'is refused when it has no ABI version at all' -Skip:(-not (Get-Command cc -ErrorAction Ignore)) {
        $copy = New-ModuleCopy
        $source = New-TestPath 'none.c'
        Set-Content -Path $source -Value 'int something_else(void) { return 0; }'
        & cc -shared -fPIC -o $copy.Library $source
        $id, $message = (Invoke-Connect $copy).Output.Trim() -split '\r?\n'

        $id | Should -BeLike 'NativeLibraryVersion,*'
        $message | Should -BeLike '*has ABI version none, this module needs ABI version 1;*'
    }
}
