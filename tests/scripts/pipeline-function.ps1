[CmdletBinding(SupportsShouldProcess)]
param([string[]] $Product = 'VISIOCLIENT')

function Add-Product {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, ValueFromPipelineByPropertyName)] [Alias('Id')] [string] $UserId,
        [Parameter(Mandatory)] [ValidateNotNullOrEmpty()] [string[]] $Product
    )
    begin { $map = Get-MgSubscribedSku -All | Group-Object SkuPartNumber -AsHashTable -AsString }
    process {
        $call = @{ UserId = $UserId; AddLicenses = $Product.ForEach({ @{ SkuId = $map[$_].SkuId } }); RemoveLicenses = @() }
        if ($PSCmdlet.ShouldProcess($UserId, "add $Product")) { Set-MgUserLicense @call }
    }
    end { Write-Verbose 'done' }
}

Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$people = Get-MgUser -All -Property Id, DisplayName, UsageLocation, AccountEnabled, AssignedLicenses |
    Where-Object { $_.AccountEnabled -and $_.UsageLocation -and -not $_.AssignedLicenses } | Sort-Object DisplayName
$people | Add-Product -Product $Product -WhatIf
$people | Select-Object -First 1 | Add-Product -Product $Product | ForEach-Object { "$($_.DisplayName) has it" }
